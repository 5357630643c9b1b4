import type { Invocation } from './calls';
import { Executions } from './executions';
import { stepClientsOf } from './step-clients';

/** Executions in the source Region: they read its registry and have what they find persisted. */
export abstract class SourceExecutions<Summary> extends Executions<Summary> {
  /** @returns the outcome, as the persistence workflow names it */
  protected abstract persist(event: { readonly eventType: string }): Promise<string>;

  protected clients(invocation: Invocation): ReturnType<typeof stepClientsOf> {
    const { pipeline } = this.options;
    return stepClientsOf({
      calls: pipeline.calls,
      registry: pipeline.source!.registry,
      table: pipeline.sourceTable.items,
      bucket: this.bucket,
      reading: this.reading,
      startSyncExecution: ({ input }) => this.answerTo(input!),
      runningExecutions: this.runningExecutions,
    }, invocation);
  }

  private async answerTo(input: string): Promise<object> {
    try {
      const outcome = await this.persist(JSON.parse(input) as { readonly eventType: string });
      return { status: 'SUCCEEDED', output: JSON.stringify({ outcome }) };
    } catch (error) {
      return { status: 'FAILED', error: (error as Error).name, cause: (error as Error).message };
    }
  }
}
