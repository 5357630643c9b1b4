import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Clients, within } from './clients';
import { asCommandError } from './errors';

/** Whose resources a command is about: names of resources with an ARN need it. */
export interface Account {
  readonly id: string;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
}

/** Asked in the Region that the command is about, so that no other one is needed. Nobody needs a permission for it. */
export async function accountIn(clients: Clients, region: string, signal: AbortSignal): Promise<Account> {
  try {
    const { Account: id, Arn } = await clients.of(STSClient, region).send(new GetCallerIdentityCommand({}), { abortSignal: within(signal) });
    return { id: id!, partition: Arn!.split(':')[1] };
  } catch (error) {
    signal.throwIfAborted();
    throw asCommandError(error);
  }
}
