import { Clock } from '../simulation/clock';
import { DefinitionOptions, Definitions, synthesizeWorkflow } from '../simulation/definition';
import { StateError, Workflow } from '../simulation/workflow';

/** The moment at which executions start. */
export const STARTED_AT = 1_800_000_000_000;

export const PUT = 'dynamodb:putItem';
export const UPDATE = 'dynamodb:updateItem';
export const GET = 'dynamodb:getItem';
export const SEND = 'sqs:sendMessage';
export const INVOKE = 'lambda:invoke';
export const ASK = 'aws-sdk:iot:describeEventConfigurations';
export const ASK_RULE = 'aws-sdk:iot:getTopicRule';
export const TELL = 'aws-sdk:cloudwatch:putMetricData';

export type Answers = Partial<Record<string, (taskArguments: never) => unknown>>;
export interface Letter { class: string; error: string; reason: string; time: string; entity: unknown; event: unknown }

export interface ExecutionOptions extends DefinitionOptions {
  /** Who starts it. */
  readonly by?: keyof Definitions;
}

/** Runs the synthesized workflow and tells what it called. */
export async function execute(input: unknown, answers: Answers = {}, options: ExecutionOptions = {}) {
  const calls: { resource: string; taskArguments: Record<string, unknown> }[] = [];
  const clock = new Clock(STARTED_AT);
  const workflow = new Workflow({ definition: synthesizeWorkflow(options)[options.by ?? 'rules'], clock });
  const running = workflow.execute(input, async (resource, taskArguments) => {
    calls.push({ resource, taskArguments: taskArguments as Record<string, unknown> });
    return answers[resource]?.(taskArguments as never) ?? {};
  });
  let done = false;
  void running.catch(() => undefined).finally(() => { done = true; });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance();
  }
  const output = await running as { outcome: string };
  const letters = calls.filter(({ resource }) => resource === SEND).map(({ taskArguments }) => JSON.parse(taskArguments.MessageBody as string) as Letter);
  return { output, letters, resources: calls.map(({ resource }) => resource), calls };
}

/** An answer that is an error, always or so many times. */
export function failing(name: string, times = Infinity, cause = 'because') {
  let done = 0;
  return () => {
    if (done++ < times) throw new StateError(name, cause);
  };
}
