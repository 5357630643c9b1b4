import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Part } from './part';
import type { SfnSender } from '../../runtime/senders';

/**
 * Starts the drift check of a part with a name, once.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function checkStarter(sfn: SfnSender, stateMachineArns: Readonly<Partial<Record<Part, string>>>) {
  return async (part: Part, name: string): Promise<void> => {
    const stateMachineArn = stateMachineArns[part];
    if (stateMachineArn !== undefined) await startOnce(sfn, stateMachineArn, name);
  };
}

async function startOnce(sfn: SfnSender, stateMachineArn: string, name: string): Promise<void> {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
