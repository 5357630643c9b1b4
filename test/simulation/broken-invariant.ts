/**
 * Something about a simulated history is not as it has to be.
 *
 * Its `matcherResult` is what errors of jest's own assertions have, so that a report shows an invariant that does not hold apart from code that breaks.
 */
export class BrokenInvariantError extends Error {
  public readonly matcherResult: { readonly pass: false; readonly message: string };

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'BrokenInvariantError';
    this.matcherResult = { pass: false, message: lines[0] };
  }
}
