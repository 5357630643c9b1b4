import { DeletionCounterError, DeletionsPausedError, FailureClass, UnsettledError } from './failures';
import { ForeignPolicyError } from '../../kinds/policy/handler/rejection';
import { Measurement } from '../../metrics/handler/meter';
import { DestinationMetrics as M, IdentityMetrics } from '../../metrics/metric-names';
import { IotSender } from '../../runtime/senders';

/** The maximum number of lags that one invocation emits: a hundred would dominate the cost of its log, and add hardly any information. */
const MAX_LAGS = 10;

/** The outcome for a key that was not applied. */
type Unapplied = 'waiting' | 'throttled' | 'rejected' | 'deletionsPaused';

/** The counts of one invocation. */
export class InvocationMetrics {
  private applied = 0;
  private calls = 0;
  private readonly lags: number[] = [];
  private readonly revocationLags: number[] = [];
  private foreignPolicies = 0;
  private readonly unapplied: Record<Unapplied, number> = { waiting: 0, throttled: 0, rejected: 0, deletionsPaused: 0 };

  /** The same client, with each of its attempts counted. */
  public counting(iot: IotSender): IotSender {
    const send = async (...args: Parameters<IotSender['send']>) => {
      try {
        const output: unknown = await (iot.send(...args) as unknown as Promise<unknown>);
        this.calls += attemptsOf(output);
        return output;
      } catch (error) {
        this.calls += attemptsOf(error);
        throw error;
      }
    };
    return { send: send as IotSender['send'] };
  }

  /** @param lagMs from the change in the source; undefined if the change is not fresh */
  public countApplied(lagMs: number | undefined): void {
    this.applied++;
    this.countLag(lagMs);
  }

  public countLag(lagMs: number | undefined): void {
    addLag(this.lags, lagMs);
  }

  /** @param lagMs from the reading in the source; undefined if the record revokes nothing */
  public countRevocation(lagMs: number | undefined): void {
    addLag(this.revocationLags, lagMs);
  }

  /** @param becomes its class; `rejected` for every dead letter */
  public countUnapplied(error: unknown, becomes: FailureClass): void {
    if ((error instanceof UnsettledError ? error.refusal : error) instanceof ForeignPolicyError) this.foreignPolicies++;
    const isPaused = error instanceof DeletionsPausedError || error instanceof DeletionCounterError;
    if (isPaused) this.unapplied.deletionsPaused++;
    else if (becomes !== 'benign') this.unapplied[becomes]++;
  }

  /** Zeros are omitted, except those that show that the function works: CloudWatch Logs charges for the length of a line. */
  public measurements(unchanged = 0, heartbeats = 0): Measurement[] {
    const { waiting, throttled, rejected, deletionsPaused } = this.unapplied;
    const counts: [Measurement[0], number][] = [
      [M.UNCHANGED, unchanged], [M.WAITING, waiting], [M.THROTTLED, throttled], [M.REJECTED, rejected], [M.DELETIONS_PAUSED, deletionsPaused],
      [M.HEARTBEATS, heartbeats], [IdentityMetrics.DESTINATION.FOREIGN_POLICIES, this.foreignPolicies],
    ];
    return [
      [M.RECORDS_APPLIED, this.applied],
      [M.REGISTRY_CALLS, this.calls],
      ...counts.filter(([, count]) => count > 0),
      ...this.lags.length > 0 ? [[M.REPLICATION_LAG, sampleOf(this.lags)] as const] : [],
      ...this.revocationLags.length > 0 ? [[IdentityMetrics.DESTINATION.REVOCATION_LAG, sampleOf(this.revocationLags)] as const] : [],
    ];
  }
}

/** Clocks of two Regions may differ by a little. */
function addLag(lags: number[], lagMs: number | undefined): void {
  if (lagMs !== undefined) lags.push(Math.max(lagMs, 0));
}

/** At most `MAX_LAGS` values: the median of each decile. With the maximum among them, one slow change in a hundred would look like ten. */
function sampleOf(lags: readonly number[]): readonly number[] {
  if (lags.length <= MAX_LAGS) return lags;
  const sorted = [...lags].sort((a, b) => a - b);
  return Array.from({ length: MAX_LAGS }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / MAX_LAGS)]);
}

/** The SDK reports the number of attempts, after a success and after a failure. */
function attemptsOf(answer: unknown): number {
  const { $metadata } = (typeof answer === 'object' && answer !== null ? answer : {}) as { readonly $metadata?: { readonly attempts?: number } };
  return $metadata?.attempts ?? 1;
}
