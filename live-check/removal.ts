import { DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  DeleteDynamicThingGroupCommand, DeleteThingCommand, DeleteThingGroupCommand, DeleteThingTypeCommand, DeleteTopicRuleCommand,
  DeprecateThingTypeCommand, GetTopicRuleCommand, UpdateEventConfigurationsCommand,
} from '@aws-sdk/client-iot';
import { DeleteStateMachineCommand } from '@aws-sdk/client-sfn';
import { DeleteQueueCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { Clients, Connection } from './clients';
import { eventually } from './interruption';
import { Kind, KINDS, Made, MadeRecord } from './made';

export interface Removal {
  readonly record: MadeRecord;
  readonly connection: Connection;
  readonly account: string;
  readonly partition: string;
  readonly pace: number;
  /** Ends waits: remaining resources stay in the record. */
  readonly signal: AbortSignal;
  /** Told of what takes long. */
  readonly onProgress?: (text: string) => void;
}

/** A resource that could not be removed, and why. */
export interface Left extends Made {
  readonly why: string;
}

interface Surroundings {
  readonly clients: Clients;
  readonly removal: Removal;
}

/** Each handles resources that may not exist, or that are partly created or partly removed. */
const REMOVERS: Record<Kind, (name: string, surroundings: Surroundings) => Promise<void>> = {
  'registry events': async (types, { clients: { iot } }) => {
    const eventConfigurations = Object.fromEntries(types.split(',').map((type) => [type, { Enabled: false }]));
    await iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations }));
  },
  'topic rule': async (ruleName, { clients: { iot } }) => {
    await iot.send(new DeleteTopicRuleCommand({ ruleName })).catch(async (error: Error) => {
      // AWS's answer for a rule that does not exist; an existing rule that may not be deleted may be read.
      if (!isNamed(error, 'UnauthorizedException')) throw error;
      const found = await iot.send(new GetTopicRuleCommand({ ruleName })).catch(unless('UnauthorizedException'));
      if (found) throw error;
    });
  },
  'workflow': async (name, { clients, removal }) => {
    const stateMachineArn = `arn:${removal.partition}:states:${clients.region}:${removal.account}:stateMachine:${name}`;
    await clients.sfn.send(new DeleteStateMachineCommand({ stateMachineArn })).catch(unless('StateMachineDoesNotExist'));
  },
  'stack': async (StackName, { clients: { cloudFormation }, removal }) => {
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    const end = await waitFor(removal, 900, 5, async () => {
      const found = await cloudFormation.send(new DescribeStacksCommand({ StackName })).catch(unless('ValidationError'));
      const status = found?.Stacks?.[0]?.StackStatus ?? 'DELETE_COMPLETE';
      return status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED' ? status : undefined;
    });
    if (end !== 'DELETE_COMPLETE') throw new Error(`the stack is ${end ?? 'still being deleted after 15 minutes'}`);
  },
  'thing': async (thingName, { clients: { iot } }) => {
    await iot.send(new DeleteThingCommand({ thingName })).catch(unless('ResourceNotFoundException'));
  },
  'dynamic thing group': async (thingGroupName, { clients: { iot } }) => {
    await iot.send(new DeleteDynamicThingGroupCommand({ thingGroupName })).catch(unless('ResourceNotFoundException'));
  },
  'thing group': async (thingGroupName, { clients: { iot } }) => {
    await iot.send(new DeleteThingGroupCommand({ thingGroupName })).catch(unless('ResourceNotFoundException'));
  },
  'queue': async (QueueName, { clients: { sqs } }) => {
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName })).catch(unless('QueueDoesNotExist'));
    if (found) await sqs.send(new DeleteQueueCommand({ QueueUrl: found.QueueUrl }));
  },
  'role': async (RoleName, { clients: { iam } }) => {
    const policies = await iam.send(new ListRolePoliciesCommand({ RoleName })).catch(unless('NoSuchEntityException'));
    if (!policies) return;
    for (const PolicyName of policies.PolicyNames ?? []) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
  },
  'table': async (TableName, { clients: { dynamodb }, removal }) => {
    const gone = await waitFor(removal, 300, 2, () => dynamodb.send(new DeleteTableCommand({ TableName })).then(() => undefined, (error: Error) => {
      if (isNamed(error, 'ResourceNotFoundException')) return true;
      // Still being created, or being deleted.
      if (isNamed(error, 'ResourceInUseException')) return undefined;
      throw error;
    }));
    if (!gone) throw new Error('it still exists after five minutes');
  },
  'thing type': async (thingTypeName, { clients: { iot }, removal }) => {
    let refusal: Error | undefined;
    const gone = await waitFor(removal, 420, 10, () => iot.send(new DeleteThingTypeCommand({ thingTypeName })).then(() => true, (error: Error) => {
      if (isNamed(error, 'ResourceNotFoundException')) return true;
      if (!isNamed(error, 'InvalidRequestException')) throw error;
      refusal = error;
      return undefined;
    }));
    if (!gone) throw refusal ?? new Error('it still exists');
  },
};

/**
 * Removes the resources of a record, and each from the record. A failure does not prevent the others.
 *
 * @returns what is left
 */
export async function remove(removal: Removal): Promise<Left[]> {
  const clients = new Map<string, Clients>();
  const clientsOf = (region: string) => {
    const known = clients.get(region) ?? new Clients(region, removal.connection);
    clients.set(region, known);
    return known;
  };
  await deprecateTypes(removal, clientsOf);
  const left: Left[] = [];
  for (const kind of KINDS) {
    // The last one first: children before their parents.
    for (const made of removal.record.left.filter((each) => each.kind === kind).reverse()) {
      try {
        removal.signal.throwIfAborted();
        await REMOVERS[kind](made.name, { clients: clientsOf(made.region), removal });
        removal.record.remove(made);
      } catch (error) {
        left.push({ ...made, why: removal.signal.aborted ? 'interrupted' : `${(error as Error).name}: ${(error as Error).message}` });
      }
    }
  }
  removal.record.end();
  return left;
}

/** First of all, because AWS deletes a type only five minutes after that. A failure here repeats, and is reported, when the type is deleted. */
async function deprecateTypes(removal: Removal, clientsOf: (region: string) => Clients): Promise<void> {
  const types = removal.record.left.filter(({ kind }) => kind === 'thing type');
  if (types.length === 0) return;
  removal.onProgress?.(`removing ${types.length} thing types among others: AWS deletes them five minutes after their deprecation`);
  for (const { region, name } of types) {
    if (removal.signal.aborted) return;
    await clientsOf(region).iot.send(new DeprecateThingTypeCommand({ thingTypeName: name })).catch(() => undefined);
  }
}

function waitFor<T>(
  { pace, signal }: Removal, boundSeconds: number, intervalSeconds: number, condition: () => Promise<T | undefined>,
): Promise<T | undefined> {
  return eventually(condition, { boundMillis: boundSeconds * 1_000, intervalMillis: Math.max(50, intervalSeconds * 1_000 * pace), signal });
}

function isNamed(error: Error, ...names: readonly string[]): boolean {
  return names.some((name) => error.name === name || error.name.endsWith(`.${name}`));
}

/** A handler that treats these errors as no answer. */
function unless(...names: readonly string[]): (error: Error) => undefined {
  return (error) => {
    if (isNamed(error, ...names)) return undefined;
    throw error;
  };
}
