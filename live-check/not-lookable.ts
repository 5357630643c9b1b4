/** The truth of a statement can't be determined. The message is the reason. */
export class NotLookable extends Error {
  public override readonly name = 'NotLookable';
}
