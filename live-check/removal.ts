import { DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  CertificateStatus, DeleteCertificateCommand, DeleteDynamicThingGroupCommand, DeletePolicyCommand, DeletePolicyVersionCommand,
  DeleteThingCommand, DeleteThingGroupCommand, DeleteThingTypeCommand, DeleteTopicRuleCommand, DeprecateThingTypeCommand,
  DescribeCertificateCommand, DetachPolicyCommand, DetachThingPrincipalCommand, GetTopicRuleCommand, IoTClient, ListPolicyVersionsCommand,
  paginateListAttachedPolicies, paginateListPrincipalThings, paginateListTargetsForPolicy, UpdateCertificateCommand,
  UpdateEventConfigurationsCommand,
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
  'certificate': async (certificateId, { clients: { iot }, removal }) => {
    const found = await iot.send(new DescribeCertificateCommand({ certificateId })).catch(unless('ResourceNotFoundException'));
    if (!found) return;
    const { status, certificateArn } = found.certificateDescription!;
    // First of all, and revoked ones stay as they are.
    if (status === CertificateStatus.ACTIVE) await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: CertificateStatus.INACTIVE }));
    const deletion = async () => {
      await detachAll(iot, certificateArn!);
      await iot.send(new DeleteCertificateCommand({ certificateId }));
    };
    await untilAccepted(removal, 120, 2, () => deletion().catch(unless('ResourceNotFoundException')), 'DeleteConflictException', 'CertificateStateException');
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
  'policy': async (policyName, { clients: { iot }, removal }) => {
    const found = await iot.send(new ListPolicyVersionsCommand({ policyName })).catch(unless('ResourceNotFoundException'));
    if (!found) return;
    for (const { versionId, isDefaultVersion } of found.policyVersions ?? []) {
      if (!isDefaultVersion) await iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId: versionId }));
    }
    const deletion = async () => {
      await detachFromAll(iot, policyName);
      await iot.send(new DeletePolicyCommand({ policyName }));
    };
    await untilAccepted(removal, 420, 10, () => deletion().catch(unless('ResourceNotFoundException')), 'DeleteConflictException');
  },
  'thing type': async (thingTypeName, { clients: { iot }, removal }) => {
    await untilAccepted(removal, 420, 10, () => iot.send(new DeleteThingTypeCommand({ thingTypeName })).catch(unless('ResourceNotFoundException')), 'InvalidRequestException');
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
  await beginWhatTakesMinutes(removal, clientsOf);
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

/**
 * First of all, because AWS deletes a type only five minutes after its deprecation, and a policy up to five minutes after it was detached. A failure here repeats, and is reported,
 * when they are deleted.
 */
async function beginWhatTakesMinutes(removal: Removal, clientsOf: (region: string) => Clients): Promise<void> {
  const begin: Partial<Record<Kind, (iot: IoTClient, name: string) => Promise<unknown>>> = {
    'thing type': (iot, thingTypeName) => iot.send(new DeprecateThingTypeCommand({ thingTypeName })),
    'policy': detachFromAll,
  };
  const made = removal.record.left.filter(({ kind }) => begin[kind]);
  if (made.length === 0) return;
  removal.onProgress?.(`removing ${made.length} thing types and policies among others: AWS deletes them up to five minutes after their deprecation or detachment`);
  for (const { kind, region, name } of made) {
    if (removal.signal.aborted) return;
    await begin[kind]!(clientsOf(region).iot, name).catch(() => undefined);
  }
}

/** Detaches a certificate from its things and policies. AWS does so some seconds later. */
async function detachAll(client: IoTClient, arn: string): Promise<void> {
  for await (const { things = [] } of paginateListPrincipalThings({ client }, { principal: arn })) {
    for (const thingName of things) await client.send(new DetachThingPrincipalCommand({ thingName, principal: arn })).catch(unless('ResourceNotFoundException'));
  }
  for await (const { policies = [] } of paginateListAttachedPolicies({ client }, { target: arn })) {
    for (const { policyName } of policies) await client.send(new DetachPolicyCommand({ policyName, target: arn })).catch(unless('ResourceNotFoundException'));
  }
}

/** Detaches a policy from certificates and groups. */
async function detachFromAll(client: IoTClient, policyName: string): Promise<void> {
  for await (const { targets = [] } of paginateListTargetsForPolicy({ client }, { policyName })) {
    for (const target of targets) await client.send(new DetachPolicyCommand({ policyName, target })).catch(unless('ResourceNotFoundException'));
  }
}

/** Repeats a call while it is refused with an error of these names. @throws that error, once the time is over */
async function untilAccepted(
  removal: Removal, boundSeconds: number, intervalSeconds: number, call: () => Promise<unknown>, ...errorNames: readonly string[]
): Promise<void> {
  let refusal: Error | undefined;
  const done = await waitFor(removal, boundSeconds, intervalSeconds, () => call().then(() => true, (error: Error) => {
    if (!isNamed(error, ...errorNames)) throw error;
    refusal = error;
    return undefined;
  }));
  if (!done) throw refusal!;
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
