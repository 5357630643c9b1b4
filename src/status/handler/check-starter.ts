import { ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SfnSender } from '../../runtime/senders';

/**
 * Starts a drift check of each workflow with a name, once.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function checkStarter(sfn: SfnSender, stateMachineArns: readonly string[]) {
  return async (name: string): Promise<void> => {
    await Promise.all(stateMachineArns.map((stateMachineArn) => startOnce(sfn, stateMachineArn, name)));
  };
}

async function startOnce(sfn: SfnSender, stateMachineArn: string, name: string): Promise<void> {
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: '{}' }));
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
  }
}
