import { Stack } from 'aws-cdk-lib';
import { Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EntityKind } from '../kinds';
import { readPermissions, withCalls } from '../kinds/permissions';
import { kindOf, kindsOf } from '../kinds/register';
import { PhysicalNames } from '../record/physical-names';
import { stateKeyOf, WAITING_KEY_PREFIX } from '../record/state-keys';
import { KeyUser, keyPermissions } from '../regional/customer-key';
import { MARKER_PATH, markerName, MarkerRole } from '../regional/marker';
import { registryStatement } from '../regional/registry-statement';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf, partitionOf } from '../settings/regions';
import { Settings } from '../settings/settings';

/** What the command line may do: commands that only read, or all of them. */
export const Access = { READ: 'read', OPERATE: 'operate' } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** One Region of a replication. */
export interface Site {
  /** Below its stack, and below what its key was set for. */
  readonly scope: Construct;
  readonly settings: Settings;
  readonly role: MarkerRole;
}

/**
 * Grants what the commands need in these Regions.
 *
 * @see docs/command-line.md, which has the commands of each group
 */
export function grantAccess(grantee: IGrantable, access: Access, sites: readonly Site[]): Grant {
  const grants = sites.flatMap((site) => statementsOf(site, access)).map(({ actions, resources, conditions }) => Grant.addToPrincipal({
    grantee, actions, resourceArns: resources, conditions: conditions as Record<string, Record<string, unknown>> | undefined,
  }));
  return grants.reduce((all, grant) => all.combine(grant));
}

function statementsOf(site: Site, access: Access): PolicyStatement[] {
  const { scope } = site;
  const isOperator = access === Access.OPERATE;
  const isSource = site.role === MarkerRole.SOURCE;
  const sends: KeyUser[] = isOperator && !isSource ? ['sqs'] : [];
  return [
    ...ofBoth(site),
    ...isSource ? [] : ofDestination(site),
    ...isOperator ? isSource ? operationOfSource(site) : operationOfDestination(site) : [],
    ...keyPermissions(scope, { decrypt: ['dynamodb', 's3', 'sqs'], generate: sends }),
  ];
}

/** Finding the replication, reading a registry, records, runs with their reports, and letters. */
function ofBoth({ scope, settings, role }: Site): PolicyStatement[] {
  const { replicationName, tableName, kinds, features, identities } = settings;
  const names = new PhysicalNames(replicationName);
  const place = Stack.of(scope);
  const workflows = workflowsOf({ settings, role });
  const buckets = [names.reportsBucket(place), ...identities ? [names.identityReportsBucket(place)] : []].map((name) => `arn:${partitionOf(place.region)}:s3:::${name}`);
  return [
    new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [arnOf(scope, 'ssm', `parameter${MARKER_PATH}`)] }),
    new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [arnOf(scope, 'ssm', `parameter${markerName(role, replicationName)}`)] }),
    new PolicyStatement({ actions: ['dynamodb:BatchGetItem', 'dynamodb:DescribeTable'], resources: [arnOf(scope, 'dynamodb', `table/${tableName}`)] }),
    ...registryReading(scope, kindsOf(kinds, features)),
    // To complete the id of a certificate that is given by its beginning.
    ...identities ? [allowUnscoped(scope, ['iot:ListCertificates'])] : [],
    new PolicyStatement({ actions: ['states:ListExecutions'], resources: workflows.map((name) => arnOf(scope, 'states', `stateMachine:${name}`)) }),
    new PolicyStatement({ actions: ['states:DescribeExecution', 'states:GetExecutionHistory'], resources: workflows.map((name) => arnOf(scope, 'states', `execution:${name}:*`)) }),
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: buckets }),
    new PolicyStatement({ actions: ['s3:GetObject'], resources: buckets.flatMap((bucket) => [`${bucket}/reports/*`, `${bucket}/runs/*`]) }),
    new PolicyStatement({
      actions: ['sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'],
      resources: [arnOf(scope, 'sqs', names.deadLetterQueue)],
    }),
  ];
}

/** The workflows that compare, by name. */
function workflowsOf({ settings: { replicationName, identities }, role }: Pick<Site, 'settings' | 'role'>): string[] {
  const { sweep, drift, identitySweep, certificateCheck, identityDrift } = new PhysicalNames(replicationName);
  if (role === MarkerRole.SOURCE) return [sweep, ...identities ? [identitySweep, certificateCheck] : []];
  return [drift, ...identities ? [identityDrift] : []];
}

/** Reading one entity at a time: nothing lists. */
function registryReading(scope: Construct, kinds: readonly EntityKind[]): PolicyStatement[] {
  const reads = new Set(kinds.flatMap((kind) => Object.keys(kindOf(kind).quotas.read)));
  // Whoever may call the second version of a listing has to be allowed the first one too.
  return withCalls(readPermissions(kinds), (call) => reads.has(call) || reads.has(`${call}V2`)).map((permission) => registryStatement(scope, permission));
}

/** The status, and what a change waits for. */
function ofDestination({ scope, settings }: Site): PolicyStatement[] {
  const { stateTable, replicator } = new PhysicalNames(settings.replicationName);
  return [
    new PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [arnOf(scope, 'dynamodb', `table/${stateTable}`)],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [stateKeyOf.status, `${WAITING_KEY_PREFIX}*`] } },
    }),
    // How documents of policies are rewritten, and which policies are replicated.
    ...settings.identities ? [
      new PolicyStatement({ actions: ['lambda:GetFunctionConfiguration'], resources: [arnOf(scope, 'lambda', `function:${replicator}`)] }),
      // Whether a policy is ours.
      new PolicyStatement({ actions: ['iot:ListTagsForResource'], resources: [arnOf(scope, 'iot', 'policy/*')] }),
    ] : [],
  ];
}

/** Starting sweeps, and the workflow with the events of letters. */
function operationOfSource({ scope, settings }: Site): PolicyStatement[] {
  const { persistenceWorkflow, deadLetterQueue } = new PhysicalNames(settings.replicationName);
  const workflows = [...workflowsOf({ settings, role: MarkerRole.SOURCE }), persistenceWorkflow];
  return [
    new PolicyStatement({ actions: ['states:StartExecution'], resources: workflows.map((name) => arnOf(scope, 'states', `stateMachine:${name}`)) }),
    new PolicyStatement({ actions: ['sqs:DeleteMessage'], resources: [arnOf(scope, 'sqs', deadLetterQueue)] }),
  ];
}

/** Starting drift checks, redriving letters, pausing. */
function operationOfDestination({ scope, settings }: Site): PolicyStatement[] {
  const { deadLetterQueue, retryQueue, replicator, retryFunction } = new PhysicalNames(settings.replicationName);
  const functions = [replicator, retryFunction].map((name) => arnOf(scope, 'lambda', `function:${name}`));
  return [
    new PolicyStatement({
      actions: ['states:StartExecution'],
      resources: workflowsOf({ settings, role: MarkerRole.DESTINATION }).map((name) => arnOf(scope, 'states', `stateMachine:${name}`)),
    }),
    new PolicyStatement({ actions: ['sqs:DeleteMessage'], resources: [arnOf(scope, 'sqs', deadLetterQueue)] }),
    new PolicyStatement({ actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'], resources: [arnOf(scope, 'sqs', retryQueue)] }),
    // It has no resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
    allowUnscoped(scope, ['lambda:ListEventSourceMappings']),
    // Lambda assigns the ids of mappings.
    new PolicyStatement({
      actions: ['lambda:UpdateEventSourceMapping'],
      resources: [arnOf(scope, 'lambda', 'event-source-mapping:*')],
      conditions: { StringEquals: { 'lambda:FunctionArn': functions } },
    }),
  ];
}
