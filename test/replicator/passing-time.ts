import type { DynamoDBRecord } from 'aws-lambda';
import { Destination } from './harness';
import { RetryMessage } from '../../src/replicator/handler/queues';

/** For so long a message is hidden that a function has received: then it comes again, unless the function has dealt with it. */
const VISIBILITY_MS = 12 * 60_000;

/** What ends an invocation in the middle: nothing of it happens any more. */
class Crash extends Error {
  public readonly name = 'Crash';
}

/** The retry queue of a destination as SQS keeps it: each message comes when it is due, and comes again if its function dies. */
export class PassingTime {
  private readonly pending: { readonly message: RetryMessage; readonly dueAt: number }[] = [];
  private hasDied = false;
  /** Calls of AWS so far. */
  public calls = 0;

  constructor(public readonly destination: Destination) {}

  /** What is on the queue, whenever it comes. */
  public get queued(): RetryMessage[] {
    this.collect();
    return this.pending.map(({ message }) => message);
  }

  /** Lets the function die that makes a call, by its number: before the call happens, or after it has. */
  public dieAt(number: number, when: 'before' | 'after'): void {
    const { destination } = this;
    destination.beforeCall = () => {
      if (this.hasDied) throw new Crash();
      this.calls += 1;
      if (this.calls === number && when === 'before') this.die();
    };
    destination.afterCall = () => {
      if (this.hasDied) throw new Crash();
      if (this.calls === number && when === 'after') this.die();
    };
  }

  /** Lets AWS answer a call with an error, by its number: the function goes on. */
  public failAt(number: number): void {
    this.destination.beforeCall = () => {
      this.calls += 1;
      if (this.calls === number) throw Object.assign(new Error('unavailable'), { name: 'InternalServerError', $fault: 'server', $metadata: { httpStatusCode: 500 } });
    };
  }

  /** Delivers records of the stream until a function has lived through them. */
  public async stream(records: readonly DynamoDBRecord[]): Promise<void> {
    do {
      this.hasDied = false;
      const response = await this.destination.stream([...records]).catch(() => undefined);
      if (response && !this.hasDied) expect(response).toEqual({ batchItemFailures: [] });
    } while (this.hasDied);
  }

  /** Lets milliseconds pass. */
  public async pass(milliseconds: number): Promise<void> {
    const { destination } = this;
    const until = destination.now + milliseconds;
    for (;;) {
      this.collect();
      const next = Math.min(...this.pending.map(({ dueAt }) => dueAt));
      if (next > until) break;
      destination.now = Math.max(destination.now, next);
      const received = this.pending.filter(({ dueAt }) => dueAt <= destination.now).slice(0, 10);
      for (const each of received) this.pending.splice(this.pending.indexOf(each), 1);
      await this.receive(received.map(({ message }) => message));
    }
    destination.now = until;
  }

  private async receive(messages: readonly RetryMessage[]): Promise<void> {
    this.hasDied = false;
    const response = await this.destination.retry(...messages).catch(() => undefined);
    const failed = new Set(response && !this.hasDied ? response.batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)) : messages.keys());
    this.hasDied = false;
    const dueAt = this.destination.now + VISIBILITY_MS;
    messages.forEach((message, i) => { if (failed.has(i)) this.pending.push({ message, dueAt }); });
  }

  private die(): void {
    this.hasDied = true;
    throw new Crash();
  }

  private collect(): void {
    for (const { message, delaySeconds } of this.destination.retries.splice(0)) this.pending.push({ message, dueAt: this.destination.now + delaySeconds * 1000 });
  }
}
