import { Place } from './calls';

/** What a role does: the calls of its room, written down from what the room is for, not from the role's policy. */
export interface Room {
  readonly place: Place;
  /** Logical id of the role, without the hash. */
  readonly role: string;
  /** Names of calls; see `CALLS`. */
  readonly calls: readonly string[];
}

const on = (place: Place, target: string, ...actions: string[]) => actions.map((action) => `${place} ${target}: ${action}`);

const writesLog = (place: Place, log: string) => on(place, log, 'logs:CreateLogStream', 'logs:PutLogEvents');

/** CDK's function around one that deployments call. */
const invokes = (place: Place, target: string, log: string) => [...on(place, target, 'lambda:GetFunction', 'lambda:InvokeFunction'), ...writesLog(place, log)];

const empties = (place: Place, what = '') => [
  ...on(place, `${what}reports`, 's3:DeleteObject', 's3:ListBucket'), ...writesLog(place, `${what}empty bucket log`),
];

const compares = (place: Place) => [
  ...on(place, 'registry', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:DescribeThingType', 'iot:ListThingGroups', 'iot:ListThingGroupsForThing',
    'iot:ListThingTypes', 'iot:ListThings', 'iot:ListThingsInThingGroup'),
  ...on(place, 'table', 'dynamodb:BatchGetItem', 'dynamodb:Scan'),
  ...on(place, 'reports', 's3:GetObject runs', 's3:ListBucket', 's3:PutObject reports', 's3:PutObject runs'),
];

/** Attachments are listed by the things and groups that they belong to. */
const comparesIdentities = (place: Place) => [
  ...on(place, 'registry', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:ListThingGroups', 'iot:ListThingPrincipals', 'iot:ListThings'),
  ...on(place, 'identities', 'iot:DescribeCertificate', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListCertificates', 'iot:ListPolicies', 'iot:ListTargetsForPolicy', 'iot:ListThingPrincipalsV2'),
  ...on(place, 'table', 'dynamodb:BatchGetItem', 'dynamodb:Scan'),
];

const remembers = ['keys that wait', 'watches'].flatMap((target) => (
  on('destination', target, 'dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem')
));

const applies = [
  ...remembers,
  ...on('destination', 'index of what waits', 'dynamodb:Query'),
  ...on('destination', 'registry', 'iot:AddThingToThingGroup', 'iot:CreateThing', 'iot:CreateThingGroup', 'iot:CreateThingType', 'iot:DeleteThing', 'iot:DeleteThingGroup',
    'iot:DeleteThingType', 'iot:DeprecateThingType', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:DescribeThingType', 'iot:DetachThingPrincipal',
    'iot:ListThingGroupsForThing', 'iot:ListThingPrincipals', 'iot:ListThings', 'iot:RemoveThingFromThingGroup', 'iot:UpdateThing', 'iot:UpdateThingGroup', 'iot:UpdateThingType'),
  ...on('destination', 'identities', 'iot:AttachPolicy', 'iot:AttachThingPrincipal', 'iot:CreatePolicy', 'iot:CreatePolicyVersion', 'iot:DeleteCertificate', 'iot:DeletePolicy',
    'iot:DeletePolicyVersion', 'iot:DescribeCertificate', 'iot:DetachPolicy', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListPolicyVersions', 'iot:ListPrincipalThings', 'iot:ListPrincipalThingsV2',
    'iot:ListTagsForResource', 'iot:ListTargetsForPolicy', 'iot:ListThingPrincipalsV2', 'iot:RegisterCertificateWithoutCA', 'iot:TagResource', 'iot:UpdateCertificate'),
  ...['fences', 'revocations'].flatMap((target) => on('destination', target, 'dynamodb:GetItem', 'dynamodb:UpdateItem')),
  ...on('destination', 'omissions', 'dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem'),
  ...on('destination', 'table', 'dynamodb:GetItem', 'dynamodb:Query'),
  ...on('destination', 'heartbeat', 'dynamodb:GetItem'),
  ...on('destination', 'members', 'dynamodb:Query'),
  ...on('destination', 'count of deletions', 'dynamodb:UpdateItem'),
  ...on('destination', 'retry', 'sqs:SendMessage'),
  ...on('destination', 'dead letters', 'sqs:SendMessage'),
];

/** How many messages wait and were given up, and what is known before. */
const writesStatus = [
  ...on('destination', 'status', 'dynamodb:GetItem', 'dynamodb:PutItem'),
  ...on('destination', 'retry', 'sqs:GetQueueAttributes'),
  ...on('destination', 'dead letters', 'sqs:GetQueueAttributes'),
];

/** Which stream the replica has, and what is read. */
const followsStream = [
  ...on('destination', 'table', 'dynamodb:DescribeTable'), ...on('destination', 'mapping of the stream', 'lambda:CreateEventSourceMapping', 'lambda:DeleteEventSourceMapping',
    'lambda:ListEventSourceMappings'),
];

/** Every room that has a role, of the source and of a destination. */
export const ROOMS: readonly Room[] = [
  { place: 'source', role: 'PlainRulesRole', calls: [...on('source', 'persistence', 'states:StartExecution'), ...on('source', 'dead letters', 'sqs:SendMessage')] },
  {
    place: 'source',
    role: 'PlainPersistenceRole',
    calls: [
      ...on('source', 'table', 'dynamodb:GetItem', 'dynamodb:PutItem'), ...on('source', 'dead letters', 'sqs:SendMessage'),
    ],
  },
  {
    place: 'source',
    role: 'PlainObservationsRole',
    calls: [
      ...on('source', 'table', 'dynamodb:GetItem', 'dynamodb:PutItem'), ...on('source', 'dead letters', 'sqs:SendMessage'),
      ...on('source', 'registry', 'iot:DescribeEventConfigurations'), ...on('source', 'metrics', 'cloudwatch:PutMetricData ours'),
      ...['things', 'groups', 'memberships', 'types'].flatMap((kind) => on('source', `rule of ${kind}`, 'iot:GetTopicRule')),
    ],
  },
  { place: 'source', role: 'PlainHeartbeatRole', calls: on('source', 'observations', 'states:StartExecution') },
  {
    place: 'source',
    role: 'PlainEventsIdentityRole',
    calls: [...on('source', 'registry', 'iot:DescribeEventConfigurations', 'iot:UpdateEventConfigurations'), ...writesLog('source', 'events log')],
  },
  { place: 'source', role: 'PlainEventsFrameworkRole', calls: invokes('source', 'events function', 'events framework log') },
  {
    place: 'source',
    role: 'PlainSweepIdentityRole',
    calls: [
      ...compares('source'), ...on('source', 'reports', 's3:GetObject latest', 's3:PutObject latest'), ...on('source', 'observations', 'states:StartSyncExecution'), ...on('source', 'sweep', 'states:ListExecutions'), ...writesLog('source', 'sweep log'),
    ],
  },
  { place: 'source', role: 'PlainSweepWorkflowRole', calls: on('source', 'sweep function', 'lambda:InvokeFunction') },
  { place: 'source', role: 'PlainSweepScheduleRole', calls: on('source', 'sweep', 'states:StartExecution') },
  { place: 'source', role: 'PlainSweepFirstRunIdentityRole', calls: [...on('source', 'sweep', 'states:StartExecution'), ...writesLog('source', 'first run log')] },
  { place: 'source', role: 'PlainSweepFirstRunFrameworkRole', calls: invokes('source', 'first run function', 'first run framework log') },
  { place: 'source', role: 'PlainSweepReportsIdentityRole', calls: empties('source') },
  { place: 'source', role: 'PlainSweepReportsFrameworkRole', calls: invokes('source', 'empty bucket function', 'empty bucket framework log') },
  {
    place: 'source',
    role: 'PlainIdentitySweepIdentityRole',
    calls: [
      ...comparesIdentities('source'),
      ...on('source', 'identity reports', 's3:GetObject latest', 's3:GetObject runs', 's3:ListBucket', 's3:PutObject latest', 's3:PutObject reports', 's3:PutObject runs'),
      ...on('source', 'changed certificates', 's3:PutObject'),
      ...on('source', 'observations', 'states:StartSyncExecution'), ...on('source', 'identity sweep', 'states:ListExecutions'), ...writesLog('source', 'identity sweep log'),
    ],
  },
  { place: 'source', role: 'PlainIdentitySweepWorkflowRole', calls: on('source', 'identity sweep function', 'lambda:InvokeFunction') },
  { place: 'source', role: 'PlainIdentitySweepScheduleRole', calls: on('source', 'identity sweep', 'states:StartExecution') },
  {
    place: 'source',
    role: 'PlainIdentitySweepFirstRunIdentityRole',
    calls: [...on('source', 'identity sweep', 'states:StartExecution'), ...writesLog('source', 'identity first run log')],
  },
  {
    place: 'source',
    role: 'PlainIdentitySweepFirstRunFrameworkRole',
    calls: invokes('source', 'identity first run function', 'identity first run framework log'),
  },
  { place: 'source', role: 'PlainIdentitySweepReportsIdentityRole', calls: empties('source', 'identity ') },
  {
    place: 'source',
    role: 'PlainIdentitySweepReportsFrameworkRole',
    calls: invokes('source', 'identity empty bucket function', 'identity empty bucket framework log'),
  },
  {
    place: 'source',
    role: 'PlainCertificateCheckIdentityRole',
    calls: [
      ...on('source', 'identities', 'iot:DescribeCertificate', 'iot:ListAttachedPolicies', 'iot:ListCertificates'),
      ...on('source', 'table', 'dynamodb:BatchGetItem', 'dynamodb:Scan'),
      ...on('source', 'identity reports', 's3:GetObject certificates', 's3:GetObject runs', 's3:ListBucket', 's3:PutObject certificates', 's3:PutObject reports', 's3:PutObject runs'),
      ...on('source', 'changed certificates', 's3:PutObject'),
      ...on('source', 'observations', 'states:StartSyncExecution'),
      ...on('source', 'certificate check', 'states:ListExecutions', 'states:StartExecution'), ...on('source', 'identity sweep', 'states:ListExecutions'),
      ...writesLog('source', 'certificate check log'),
    ],
  },
  { place: 'source', role: 'PlainCertificateCheckWorkflowRole', calls: on('source', 'certificate check function', 'lambda:InvokeFunction') },
  {
    place: 'source',
    role: 'PlainHintsIdentityRole',
    calls: [
      ...on('source', 'registry', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:ListThingPrincipals'),
      ...on('source', 'identities', 'iot:DescribeCertificate', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListThingPrincipalsV2'),
      ...on('source', 'table', 'dynamodb:BatchGetItem'),
      ...on('source', 'changed certificates', 's3:PutObject'),
      ...on('source', 'observations', 'states:StartSyncExecution'),
      ...['hints', 'urgent hints'].flatMap((queue) => on('source', queue, 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:SendMessage')),
      ...writesLog('source', 'hints log'),
    ],
  },
  { place: 'source', role: 'PlainHintsRole', calls: on('source', 'hints', 'sqs:SendMessage') },
  { place: 'source', role: 'PlainCertificateCheckScheduleRole', calls: on('source', 'certificate check function', 'lambda:InvokeFunction') },

  {
    place: 'destination',
    role: 'DestinationReplicatorStreamSourceIdentityRole',
    calls: [
      ...followsStream, ...on('destination', 'mapping of the stream', 'lambda:UpdateEventSourceMapping'), ...on('destination', 'heartbeat', 'dynamodb:GetItem'),
      ...on('destination', 'index of what waits', 'dynamodb:Query'), ...writesStatus, ...writesLog('destination', 'stream source log'),
    ],
  },
  {
    place: 'destination',
    role: 'DestinationReplicatorStreamSourceFrameworkRole',
    calls: invokes('destination', 'stream source function', 'stream source framework log'),
  },
  {
    place: 'destination',
    role: 'DestinationReplicatorStreamIdentityRole',
    calls: [
      ...applies, ...writesStatus, ...on('destination', 'stream', 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'), ...writesLog('destination', 'replicator log'),
    ],
  },
  {
    place: 'destination',
    role: 'DestinationReplicatorRetryIdentityRole',
    calls: [
      ...applies, ...on('destination', 'status', 'dynamodb:GetItem'), ...writesLog('destination', 'retry log'),
      ...on('destination', 'retry', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage'),
    ],
  },
  {
    place: 'destination',
    role: 'DestinationStatusIdentityRole',
    calls: [
      ...on('destination', 'heartbeat', 'dynamodb:GetItem'), ...on('destination', 'index of what waits', 'dynamodb:Query'), ...writesStatus,
      ...on('destination', 'parameters', 'ssm:GetParametersByPath ours'),
      ...followsStream, ...on('destination', 'drift', 'states:StartExecution'), ...on('destination', 'identity drift', 'states:StartExecution'), ...writesLog('destination', 'status log'),
    ],
  },
  { place: 'destination', role: 'DestinationStatusScheduleRole', calls: on('destination', 'status function', 'lambda:InvokeFunction') },
  {
    place: 'destination',
    role: 'DestinationDriftIdentityRole',
    calls: [
      ...compares('destination'), ...on('destination', 'retry', 'sqs:SendMessage'), ...on('destination', 'drift', 'states:ListExecutions'),
      ...on('destination', 'keys that wait', 'dynamodb:BatchGetItem'), ...on('destination', 'watches', 'dynamodb:BatchGetItem'),
      ...on('destination', 'status', 'dynamodb:GetItem'),
      ...writesLog('destination', 'drift log'),
    ],
  },
  {
    place: 'destination',
    role: 'DestinationDriftWorkflowRole',
    calls: [...on('destination', 'drift function', 'lambda:InvokeFunction'), ...on('destination', 'status function', 'lambda:InvokeFunction')],
  },
  { place: 'destination', role: 'DestinationDriftScheduleRole', calls: on('destination', 'drift', 'states:StartExecution') },
  { place: 'destination', role: 'DestinationDriftFirstRunIdentityRole', calls: [...on('destination', 'drift', 'states:StartExecution'), ...writesLog('destination', 'first run log')] },
  { place: 'destination', role: 'DestinationDriftFirstRunFrameworkRole', calls: invokes('destination', 'first run function', 'first run framework log') },
  { place: 'destination', role: 'DestinationDriftReportsIdentityRole', calls: empties('destination') },
  { place: 'destination', role: 'DestinationDriftReportsFrameworkRole', calls: invokes('destination', 'empty bucket function', 'empty bucket framework log') },
  {
    place: 'destination',
    role: 'DestinationIdentityDriftIdentityRole',
    calls: [
      ...comparesIdentities('destination'), ...on('destination', 'identities', 'iot:ListTagsForResource'),
      ...on('destination', 'identity reports', 's3:GetObject runs', 's3:ListBucket', 's3:PutObject reports', 's3:PutObject runs'),
      ...on('destination', 'retry', 'sqs:SendMessage'), ...on('destination', 'identity drift', 'states:ListExecutions'),
      ...on('destination', 'keys that wait', 'dynamodb:BatchGetItem'), ...on('destination', 'watches', 'dynamodb:BatchGetItem'),
      ...on('destination', 'status', 'dynamodb:GetItem'),
      ...writesLog('destination', 'identity drift log'),
    ],
  },
  {
    place: 'destination',
    role: 'DestinationIdentityDriftWorkflowRole',
    calls: [...on('destination', 'identity drift function', 'lambda:InvokeFunction'), ...on('destination', 'status function', 'lambda:InvokeFunction')],
  },
  { place: 'destination', role: 'DestinationIdentityDriftScheduleRole', calls: on('destination', 'identity drift', 'states:StartExecution') },
  {
    place: 'destination',
    role: 'DestinationIdentityDriftFirstRunIdentityRole',
    calls: [...on('destination', 'identity drift', 'states:StartExecution'), ...writesLog('destination', 'identity first run log')],
  },
  {
    place: 'destination',
    role: 'DestinationIdentityDriftFirstRunFrameworkRole',
    calls: invokes('destination', 'identity first run function', 'identity first run framework log'),
  },
  { place: 'destination', role: 'DestinationIdentityDriftReportsIdentityRole', calls: empties('destination', 'identity ') },
  {
    place: 'destination',
    role: 'DestinationIdentityDriftReportsFrameworkRole',
    calls: invokes('destination', 'identity empty bucket function', 'identity empty bucket framework log'),
  },
];
