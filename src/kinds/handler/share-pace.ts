import { quotaOf } from './quotas';
import { Gate, gateOf, Pace } from '../../runtime/pace';

/** @param share of the quotas, more than 0 and at most 1 */
export class SharePace implements Pace {
  private readonly gates = new Map<string, Gate>();

  constructor(private readonly share: number) {}

  public rateOf(operation: string): number {
    return quotaOf(operation) * this.share;
  }

  public pass(operation: string): Promise<void> {
    let gate = this.gates.get(operation);
    if (!gate) {
      gate = gateOf(this.rateOf(operation));
      this.gates.set(operation, gate);
    }
    return gate.pass();
  }
}
