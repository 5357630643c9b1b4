import { QUOTAS } from '../../src/kinds/register';

/** The calls that AWS admits: for each operation a token bucket with one second's worth. */
export class QuotaBuckets {
  public throttled = 0;
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  /** @param others quotas of calls that no kind needs for its pace */
  constructor(private readonly others: Readonly<Record<string, number>> = {}) {}

  public perSecond(operation: string): number {
    const quota = QUOTAS[operation] ?? this.others[operation];
    if (!quota) throw new Error(`the simulation has no quota of ${operation}`);
    return quota;
  }

  /** @throws Error named ThrottlingException beyond the quota */
  public admit(operation: string): void {
    const perSecond = this.perSecond(operation);
    const now = Date.now();
    const bucket = this.buckets.get(operation) ?? { tokens: perSecond, at: now };
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.buckets.set(operation, bucket);
    if (bucket.tokens < 1) {
      this.throttled++;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $retryable: { throttling: true } });
    }
    bucket.tokens--;
  }
}
