import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetItemCommand, DeleteItemCommand, DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import * as iot from '@aws-sdk/client-iot';
import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, GetFunctionCommand, InvokeCommand, LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { PLAIN } from './names';
import { KNOWN_PART } from '../../src/certificate-check/known-keys';
import { CHANGED_KEYS } from '../../src/hints/sizing';
import { NAMESPACE } from '../../src/metrics/metric-names';
import { SIGNAL_PK, SignalKind } from '../../src/record/signal';
import { stateKeyOf, WaitingIndex } from '../../src/record/state-keys';
import { MARKER_PATH } from '../../src/regional/marker';
import { LEFT_KEY } from '../../src/sweep/left-key';

export type Place = 'source' | 'destination';

/** Whoever calls, with clients of one Region. */
export interface Caller {
  readonly iot: iot.IoTClient;
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  readonly ssm: SSMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudwatch: CloudWatchClient;
}

/** What is called, as it is deployed in one Region. */
export interface Deployed {
  /** Of the event source mapping of the stream; none in the source. */
  readonly mappingId?: string;
  readonly streamArn: string;
  readonly shardIterator: string;
  /** The physical id of a resource, by its logical id without the hash. */
  id(logicalId: string): string;
  /** Id of another mapping of the same function, that nobody misses. */
  spareMapping(): Promise<string>;
}

type Send = (caller: Caller, deployed: Deployed) => Promise<unknown>;

/** Name of everything that calls are about; of nothing that others have. */
export const NAME = 'permissions';

const STATE_TABLE = `${PLAIN.name}-state`;
const KEY = { pk: { S: NAME }, sk: { S: NAME } };
/** A certificate that is not there, in the Region that is called: the permission is that of the certificate. */
const noCertificate = async (client: iot.IoTClient) => `arn:aws:iot:${await client.config.region()}:000000000000:cert/${'0'.repeat(64)}`;
/** SQS takes no such character. */
const NO_TEXT = '\u0000';
const NO_RECEIPT = 'cGVybWlzc2lvbnM=';

/** What is called in vain: conditions that are not met, names that nothing has, inputs that are none. Permissions come before all of these. */
const registry: Record<string, Send> = {
  'iot:AddThingToThingGroup': (c) => c.iot.send(new iot.AddThingToThingGroupCommand({ thingName: NAME, thingGroupName: NAME })),
  'iot:CreateThing': (c) => c.iot.send(new iot.CreateThingCommand({ thingName: NAME, thingTypeName: `${NAME}-none` })),
  'iot:CreateThingGroup': (c) => c.iot.send(new iot.CreateThingGroupCommand({ thingGroupName: NAME, parentGroupName: `${NAME}-none` })),
  'iot:CreateThingType': (c) => c.iot.send(new iot.CreateThingTypeCommand({ thingTypeName: NAME })),
  'iot:DeleteThing': (c) => c.iot.send(new iot.DeleteThingCommand({ thingName: NAME })),
  'iot:DeleteThingGroup': (c) => c.iot.send(new iot.DeleteThingGroupCommand({ thingGroupName: NAME })),
  'iot:DeleteThingType': (c) => c.iot.send(new iot.DeleteThingTypeCommand({ thingTypeName: NAME })),
  'iot:DeprecateThingType': (c) => c.iot.send(new iot.DeprecateThingTypeCommand({ thingTypeName: NAME })),
  'iot:DescribeEventConfigurations': (c) => c.iot.send(new iot.DescribeEventConfigurationsCommand({})),
  'iot:DescribeThing': (c) => c.iot.send(new iot.DescribeThingCommand({ thingName: NAME })),
  'iot:DescribeThingGroup': (c) => c.iot.send(new iot.DescribeThingGroupCommand({ thingGroupName: NAME })),
  'iot:DescribeThingType': (c) => c.iot.send(new iot.DescribeThingTypeCommand({ thingTypeName: NAME })),
  'iot:DetachThingPrincipal': async (c) => c.iot.send(new iot.DetachThingPrincipalCommand({ thingName: NAME, principal: await noCertificate(c.iot) })),
  'iot:ListThingGroups': (c) => c.iot.send(new iot.ListThingGroupsCommand({ maxResults: 1 })),
  'iot:ListThingGroupsForThing': (c) => c.iot.send(new iot.ListThingGroupsForThingCommand({ thingName: NAME })),
  'iot:ListThingPrincipals': (c) => c.iot.send(new iot.ListThingPrincipalsCommand({ thingName: NAME })),
  'iot:ListThingTypes': (c) => c.iot.send(new iot.ListThingTypesCommand({ maxResults: 1 })),
  'iot:ListThings': (c) => c.iot.send(new iot.ListThingsCommand({ maxResults: 1 })),
  'iot:ListThingsInThingGroup': (c) => c.iot.send(new iot.ListThingsInThingGroupCommand({ thingGroupName: NAME })),
  'iot:RemoveThingFromThingGroup': (c) => c.iot.send(new iot.RemoveThingFromThingGroupCommand({ thingName: NAME, thingGroupName: NAME })),
  'iot:UpdateEventConfigurations': (c) => c.iot.send(new iot.UpdateEventConfigurationsCommand({ eventConfigurations: {} })),
  'iot:UpdateThing': (c) => c.iot.send(new iot.UpdateThingCommand({ thingName: NAME, attributePayload: { attributes: {} } })),
  'iot:UpdateThingGroup': (c) => c.iot.send(new iot.UpdateThingGroupCommand({ thingGroupName: NAME, thingGroupProperties: {} })),
  'iot:UpdateThingType': (c) => c.iot.send(new iot.UpdateThingTypeCommand({ thingTypeName: NAME, thingTypeProperties: {} })),
};

const NO_CERTIFICATE_ID = '0'.repeat(64);
const noPolicy = async (client: iot.IoTClient) => `arn:aws:iot:${await client.config.region()}:000000000000:policy/${NAME}`;
const NO_DOCUMENT = 'no JSON';

/** What only a replication of identities calls. */
const identities: Record<string, Send> = {
  'iot:AttachPolicy': async (c) => c.iot.send(new iot.AttachPolicyCommand({ policyName: NAME, target: await noCertificate(c.iot) })),
  'iot:AttachThingPrincipal': async (c) => c.iot.send(new iot.AttachThingPrincipalCommand({ thingName: NAME, principal: await noCertificate(c.iot) })),
  'iot:CreatePolicy': (c) => c.iot.send(new iot.CreatePolicyCommand({ policyName: NAME, policyDocument: NO_DOCUMENT })),
  'iot:CreatePolicyVersion': (c) => c.iot.send(new iot.CreatePolicyVersionCommand({ policyName: NAME, policyDocument: NO_DOCUMENT })),
  'iot:DeleteCACertificate': (c) => c.iot.send(new iot.DeleteCACertificateCommand({ certificateId: NO_CERTIFICATE_ID })),
  'iot:DeleteCertificate': (c) => c.iot.send(new iot.DeleteCertificateCommand({ certificateId: NO_CERTIFICATE_ID })),
  'iot:DeletePolicy': (c) => c.iot.send(new iot.DeletePolicyCommand({ policyName: NAME })),
  'iot:DeletePolicyVersion': (c) => c.iot.send(new iot.DeletePolicyVersionCommand({ policyName: NAME, policyVersionId: '1' })),
  'iot:DescribeCACertificate': (c) => c.iot.send(new iot.DescribeCACertificateCommand({ certificateId: NO_CERTIFICATE_ID })),
  'iot:DescribeCertificate': (c) => c.iot.send(new iot.DescribeCertificateCommand({ certificateId: NO_CERTIFICATE_ID })),
  'iot:DetachPolicy': async (c) => c.iot.send(new iot.DetachPolicyCommand({ policyName: NAME, target: await noCertificate(c.iot) })),
  'iot:GetPolicy': (c) => c.iot.send(new iot.GetPolicyCommand({ policyName: NAME })),
  'iot:ListAttachedPolicies': async (c) => c.iot.send(new iot.ListAttachedPoliciesCommand({ target: await noCertificate(c.iot) })),
  'iot:ListCACertificates': (c) => c.iot.send(new iot.ListCACertificatesCommand({ pageSize: 1 })),
  'iot:ListCertificates': (c) => c.iot.send(new iot.ListCertificatesCommand({ pageSize: 1 })),
  'iot:ListPolicies': (c) => c.iot.send(new iot.ListPoliciesCommand({ pageSize: 1 })),
  'iot:ListPolicyVersions': (c) => c.iot.send(new iot.ListPolicyVersionsCommand({ policyName: NAME })),
  'iot:ListPrincipalThings': async (c) => c.iot.send(new iot.ListPrincipalThingsCommand({ principal: await noCertificate(c.iot) })),
  'iot:ListPrincipalThingsV2': async (c) => c.iot.send(new iot.ListPrincipalThingsV2Command({ principal: await noCertificate(c.iot) })),
  'iot:ListTagsForResource': async (c) => c.iot.send(new iot.ListTagsForResourceCommand({ resourceArn: await noPolicy(c.iot) })),
  'iot:ListTargetsForPolicy': (c) => c.iot.send(new iot.ListTargetsForPolicyCommand({ policyName: NAME })),
  'iot:ListThingPrincipalsV2': (c) => c.iot.send(new iot.ListThingPrincipalsV2Command({ thingName: NAME })),
  'iot:RegisterCACertificate': (c) => c.iot.send(new iot.RegisterCACertificateCommand({ caCertificate: 'no PEM', certificateMode: 'SNI_ONLY' })),
  'iot:RegisterCertificateWithoutCA': (c) => c.iot.send(new iot.RegisterCertificateWithoutCACommand({ certificatePem: 'no PEM' })),
  'iot:TagResource': async (c) => c.iot.send(new iot.TagResourceCommand({ resourceArn: await noPolicy(c.iot), tags: [{ Key: NAME, Value: NAME }] })),
  'iot:UpdateCACertificate': (c) => c.iot.send(new iot.UpdateCACertificateCommand({ certificateId: NO_CERTIFICATE_ID, newStatus: 'INACTIVE' })),
  'iot:UpdateCertificate': (c) => c.iot.send(new iot.UpdateCertificateCommand({ certificateId: NO_CERTIFICATE_ID, newStatus: 'INACTIVE' })),
};

/** Whatever there is, this is not so. */
const NEVER = 'attribute_exists(pk) AND attribute_not_exists(pk)';

function item(TableName: string, key: Record<string, { S: string }>): Record<string, Send> {
  return {
    'dynamodb:GetItem': (c) => c.dynamodb.send(new GetItemCommand({ TableName, Key: key })),
    'dynamodb:PutItem': (c) => c.dynamodb.send(new PutItemCommand({ TableName, Item: key, ConditionExpression: NEVER })),
    'dynamodb:UpdateItem': (c) => c.dynamodb.send(new UpdateItemCommand({
      TableName, Key: key, UpdateExpression: 'SET a = :a', ConditionExpression: NEVER, ExpressionAttributeValues: { ':a': { N: '1' } },
    })),
  };
}

/** Items of the table of state that some rooms may read by the hundred, and remove. */
function remembered(TableName: string, pk: string): Record<string, Send> {
  const key = { pk: { S: pk } };
  return {
    ...item(TableName, key),
    'dynamodb:BatchGetItem': (c) => c.dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key] } } })),
    'dynamodb:DeleteItem': (c) => c.dynamodb.send(new DeleteItemCommand({ TableName, Key: key, ConditionExpression: NEVER })),
  };
}

function table(TableName: string, key: typeof KEY | Pick<typeof KEY, 'pk'> = KEY): Record<string, Send> {
  return {
    ...item(TableName, key),
    'dynamodb:BatchGetItem': (c) => c.dynamodb.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key] } } })),
    'dynamodb:DeleteItem': (c) => c.dynamodb.send(new DeleteItemCommand({ TableName, Key: key, ConditionExpression: NEVER })),
    'dynamodb:DescribeTable': (c) => c.dynamodb.send(new DescribeTableCommand({ TableName })),
    'dynamodb:Query': (c) => c.dynamodb.send(new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': KEY.pk } })),
    'dynamodb:Scan': (c) => c.dynamodb.send(new ScanCommand({ TableName, Limit: 1 })),
  };
}

const membersIndex: Record<string, Send> = {
  'dynamodb:Query': (c) => c.dynamodb.send(new QueryCommand({
    TableName: PLAIN.name, IndexName: 'members', KeyConditionExpression: 'groupName = :g', ExpressionAttributeValues: { ':g': { S: NAME } },
  })),
};

const waitingIndex: Record<string, Send> = {
  'dynamodb:Query': (c) => c.dynamodb.send(new QueryCommand({
    TableName: STATE_TABLE,
    IndexName: WaitingIndex.NAME,
    KeyConditionExpression: `${WaitingIndex.PARTITION_KEY} = :p`,
    ExpressionAttributeValues: { ':p': { S: NAME } },
  })),
};

const stream: Record<string, Send> = {
  'dynamodb:DescribeStream': (c, { streamArn }) => c.streams.send(new DescribeStreamCommand({ StreamArn: streamArn })),
  'dynamodb:GetRecords': (c, { shardIterator }) => c.streams.send(new GetRecordsCommand({ ShardIterator: shardIterator, Limit: 1 })),
  'dynamodb:GetShardIterator': (c, { streamArn }) => c.streams.send(new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: 'shardId-none-of-these', ShardIteratorType: 'LATEST' })),
};

function queue(logicalId: string): Record<string, Send> {
  const QueueUrl = (deployed: Deployed) => deployed.id(logicalId);
  return {
    'sqs:ChangeMessageVisibility': (c, d) => c.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: QueueUrl(d), ReceiptHandle: NO_RECEIPT, VisibilityTimeout: 1 })),
    'sqs:DeleteMessage': (c, d) => c.sqs.send(new DeleteMessageCommand({ QueueUrl: QueueUrl(d), ReceiptHandle: NO_RECEIPT })),
    'sqs:GetQueueAttributes': (c, d) => c.sqs.send(new GetQueueAttributesCommand({ QueueUrl: QueueUrl(d), AttributeNames: ['QueueArn'] })),
    'sqs:GetQueueUrl': (c, d) => c.sqs.send(new GetQueueUrlCommand({ QueueName: QueueUrl(d).split('/').pop() })),
    'sqs:ReceiveMessage': (c, d) => c.sqs.send(new ReceiveMessageCommand({ QueueUrl: QueueUrl(d), VisibilityTimeout: 0 })),
    'sqs:SendMessage': (c, d) => c.sqs.send(new SendMessageCommand({ QueueUrl: QueueUrl(d), MessageBody: NO_TEXT })),
  };
}

function workflow(logicalId: string): Record<string, Send> {
  return {
    'states:ListExecutions': (c, d) => c.sfn.send(new ListExecutionsCommand({ stateMachineArn: d.id(logicalId), maxResults: 1 })),
    'states:StartExecution': (c, d) => c.sfn.send(new StartExecutionCommand({ stateMachineArn: d.id(logicalId), input: 'no JSON' })),
    'states:StartSyncExecution': (c, d) => c.sfn.send(new StartSyncExecutionCommand({ stateMachineArn: d.id(logicalId), input: 'no JSON' })),
  };
}

function lambda(logicalId: string): Record<string, Send> {
  return {
    'lambda:GetFunction': (c, d) => c.lambda.send(new GetFunctionCommand({ FunctionName: d.id(logicalId) })),
    'lambda:InvokeFunction': (c, d) => c.lambda.send(new InvokeCommand({ FunctionName: d.id(logicalId), InvocationType: 'DryRun' })),
  };
}

function topicRule(logicalId: string): Record<string, Send> {
  return { 'iot:GetTopicRule': (c, d) => c.iot.send(new iot.GetTopicRuleCommand({ ruleName: d.id(logicalId) })) };
}

/** A second mapping of a function and a source is refused by Lambda itself. */
const streamMapping: Record<string, Send> = {
  'lambda:CreateEventSourceMapping': (c, { streamArn, id }) => c.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: id('DestinationReplicatorStream'), EventSourceArn: streamArn })),
  'lambda:ListEventSourceMappings': (c, { id }) => c.lambda.send(new ListEventSourceMappingsCommand({ FunctionName: id('DestinationReplicatorStream') })),
  // Not the mapping itself, which would be missed.
  'lambda:DeleteEventSourceMapping': async (c, { spareMapping }) => c.lambda.send(new DeleteEventSourceMappingCommand({ UUID: await spareMapping() })),
  'lambda:UpdateEventSourceMapping': (c, { mappingId }) => c.lambda.send(new UpdateEventSourceMappingCommand({ UUID: mappingId })),
};

/** Which no room changes. */
const retryMapping: Record<string, Send> = {
  'lambda:CreateEventSourceMapping': (c, { streamArn, id }) => c.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: id('DestinationReplicatorRetry'), EventSourceArn: streamArn })),
  'lambda:UpdateEventSourceMapping': (c, { id }) => c.lambda.send(new UpdateEventSourceMappingCommand({ UUID: id('DestinationReplicatorRetrySource') })),
};

function bucket(logicalId: string): Record<string, Send> {
  return {
    's3:DeleteObject': (c, d) => c.s3.send(new DeleteObjectCommand({ Bucket: d.id(logicalId), Key: `runs/${NAME}-none` })),
    's3:GetObject runs': (c, d) => c.s3.send(new GetObjectCommand({ Bucket: d.id(logicalId), Key: `runs/${NAME}-none` })),
    's3:GetObject reports': (c, d) => c.s3.send(new GetObjectCommand({ Bucket: d.id(logicalId), Key: `reports/${NAME}-none` })),
    's3:GetObject latest': (c, d) => c.s3.send(new GetObjectCommand({ Bucket: d.id(logicalId), Key: LEFT_KEY })),
    's3:GetObject certificates': (c, d) => c.s3.send(new GetObjectCommand({ Bucket: d.id(logicalId), Key: `${KNOWN_PART.BEGINS}${NAME}` })),
    's3:ListBucket': (c, d) => c.s3.send(new ListObjectsV2Command({ Bucket: d.id(logicalId), MaxKeys: 1 })),
    's3:PutObject runs': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id(logicalId), Key: `runs/${NAME}`, Body: NAME })),
    's3:PutObject reports': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id(logicalId), Key: `reports/${NAME}`, Body: NAME })),
    's3:PutObject latest': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id(logicalId), Key: LEFT_KEY, Body: NAME })),
    's3:PutObject certificates': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id(logicalId), Key: `${KNOWN_PART.BEGINS}${NAME}`, Body: NAME })),
    's3:PutObject elsewhere': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id(logicalId), Key: NAME, Body: NAME })),
  };
}

function logGroup(logicalId: string): Record<string, Send> {
  return {
    'logs:CreateLogStream': (c, d) => c.logs.send(new CreateLogStreamCommand({ logGroupName: d.id(logicalId), logStreamName: NAME })),
    'logs:PutLogEvents': (c, d) => c.logs.send(new PutLogEventsCommand({
      logGroupName: d.id(logicalId), logStreamName: `${NAME}-none`, logEvents: [{ timestamp: Date.now(), message: NAME }],
    })),
  };
}

/** A metric that nobody looks at, in the namespace of the replication and in another one. */
const metrics: Record<string, Send> = Object.fromEntries([['ours', NAMESPACE], ['others', NAME]].map(([whose, Namespace]) => [
  `cloudwatch:PutMetricData ${whose}`, (c) => c.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: NAME, Value: 0 }] })),
]));

/** Parameters of replications, and those of everybody. */
const parameters: Record<string, Send> = Object.fromEntries([['ours', MARKER_PATH], ['all', '/']].map(([whose, Path]) => [
  `ssm:GetParametersByPath ${whose}`, (c) => c.ssm.send(new GetParametersByPathCommand({ Path, Recursive: true })),
]));

/** What can be called in each place, by what the README calls it. */
const TARGETS: Record<Place, Record<string, Record<string, Send>>> = {
  source: {
    'registry': registry,
    'identities': identities,
    'table': table(PLAIN.name),
    'members': membersIndex,
    'metrics': metrics,
    'parameters': parameters,
    'dead letters': queue('PlainDeadLetterQueue'),
    'persistence': workflow('PlainPersistenceStateMachine'),
    'observations': workflow('PlainObservationsStateMachine'),
    'sweep': workflow('PlainSweepWorkflowStateMachine'),
    'rule of things': topicRule('PlainRulesTHING'),
    'rule of groups': topicRule('PlainRulesTHINGGROUP'),
    'rule of memberships': topicRule('PlainRulesTHINGGROUPMEMBERSHIP'),
    'rule of types': topicRule('PlainRulesTHINGTYPE'),
    'rule of hints': topicRule('PlainHintsThings'),
    'events function': lambda('PlainEventsFunction'),
    'identity sweep': workflow('PlainIdentitySweepWorkflowStateMachine'),
    'sweep function': lambda('PlainSweepFunction'),
    'certificate check': workflow('PlainCertificateCheckWorkflowStateMachine'),
    'certificate check function': lambda('PlainCertificateCheckFunction'),
    'certificate check log': logGroup('PlainCertificateCheckIdentityLogs'),
    'identity sweep function': lambda('PlainIdentitySweepFunction'),
    'first run function': lambda('PlainSweepFirstRunFunction'),
    'identity first run function': lambda('PlainIdentitySweepFirstRunFunction'),
    'empty bucket function': lambda('PlainSweepReportsFunction'),
    'identity empty bucket function': lambda('PlainIdentitySweepReportsFunction'),
    'reports': bucket('PlainSweepReportsBucket'),
    'identity reports': bucket('PlainIdentitySweepReportsBucket'),
    'changed certificates': {
      's3:PutObject': (c, d) => c.s3.send(new PutObjectCommand({ Bucket: d.id('PlainIdentitySweepReportsBucket'), Key: CHANGED_KEYS.replace('*', NAME), Body: NAME })),
    },
    'hints': queue('PlainHintsQueue'),
    'urgent hints': queue('PlainHintsUrgentQueue'),
    'hints function': lambda('PlainHintsFunction'),
    'hints log': logGroup('PlainHintsIdentityLogs'),
    'events log': logGroup('PlainEventsIdentityLogs'),
    'events framework log': logGroup('PlainEventsFrameworkLogs'),
    'sweep log': logGroup('PlainSweepIdentityLogs'),
    'first run log': logGroup('PlainSweepFirstRunIdentityLogs'),
    'first run framework log': logGroup('PlainSweepFirstRunFrameworkLogs'),
    'empty bucket log': logGroup('PlainSweepReportsIdentityLogs'),
    'empty bucket framework log': logGroup('PlainSweepReportsFrameworkLogs'),
    'identity sweep log': logGroup('PlainIdentitySweepIdentityLogs'),
    'identity first run log': logGroup('PlainIdentitySweepFirstRunIdentityLogs'),
    'identity first run framework log': logGroup('PlainIdentitySweepFirstRunFrameworkLogs'),
    'identity empty bucket log': logGroup('PlainIdentitySweepReportsIdentityLogs'),
    'identity empty bucket framework log': logGroup('PlainIdentitySweepReportsFrameworkLogs'),
  },
  destination: {
    'registry': registry,
    'identities': identities,
    'table': table(PLAIN.name),
    'heartbeat': { 'dynamodb:GetItem': item(PLAIN.name, { pk: { S: SIGNAL_PK }, sk: { S: SignalKind.HEARTBEAT } })['dynamodb:GetItem'] },
    'members': membersIndex,
    'stream': stream,
    'state': table(STATE_TABLE, { pk: KEY.pk }),
    'keys that wait': remembered(STATE_TABLE, stateKeyOf.waiting(NAME)),
    'watches': remembered(STATE_TABLE, stateKeyOf.watch(NAME)),
    'fences': remembered(STATE_TABLE, stateKeyOf.fence(NAME)),
    'revocations': remembered(STATE_TABLE, stateKeyOf.revocation(NAME)),
    'omissions': remembered(STATE_TABLE, stateKeyOf.omission(NAME)),
    'index of what waits': waitingIndex,
    'count of deletions': item(STATE_TABLE, { pk: { S: stateKeyOf.deletions(0) } }),
    'status': item(STATE_TABLE, { pk: { S: stateKeyOf.status } }),
    'metrics': metrics,
    'parameters': parameters,
    'dead letters': queue('DestinationReplicatorDeadLetterQueue'),
    'retry': queue('DestinationReplicatorRetryQueue'),
    'drift': workflow('DestinationDriftWorkflowStateMachine'),
    'identity drift': workflow('DestinationIdentityDriftWorkflowStateMachine'),
    'replicator function': lambda('DestinationReplicatorStream'),
    'retry function': lambda('DestinationReplicatorRetry'),
    'status function': lambda('DestinationStatusFunction'),
    'drift function': lambda('DestinationDriftFunction'),
    'identity drift function': lambda('DestinationIdentityDriftFunction'),
    'identity first run function': lambda('DestinationIdentityDriftFirstRunFunction'),
    'identity empty bucket function': lambda('DestinationIdentityDriftReportsFunction'),
    'identity reports': bucket('DestinationIdentityDriftReportsBucket'),
    'identity drift log': logGroup('DestinationIdentityDriftIdentityLogs'),
    'identity first run log': logGroup('DestinationIdentityDriftFirstRunIdentityLogs'),
    'identity first run framework log': logGroup('DestinationIdentityDriftFirstRunFrameworkLogs'),
    'identity empty bucket log': logGroup('DestinationIdentityDriftReportsIdentityLogs'),
    'identity empty bucket framework log': logGroup('DestinationIdentityDriftReportsFrameworkLogs'),
    'first run function': lambda('DestinationDriftFirstRunFunction'),
    'empty bucket function': lambda('DestinationDriftReportsFunction'),
    'reports': bucket('DestinationDriftReportsBucket'),
    'replicator log': logGroup('DestinationReplicatorStreamIdentityLogs'),
    'retry log': logGroup('DestinationReplicatorRetryIdentityLogs'),
    'status log': logGroup('DestinationStatusIdentityLogs'),
    'drift log': logGroup('DestinationDriftIdentityLogs'),
    'mapping of the stream': streamMapping,
    'mapping of the retry queue': retryMapping,
    'stream source function': lambda('DestinationReplicatorStreamSourceFunction'),
    'stream source log': logGroup('DestinationReplicatorStreamSourceIdentityLogs'),
    'stream source framework log': logGroup('DestinationReplicatorStreamSourceFrameworkLogs'),
    'first run log': logGroup('DestinationDriftFirstRunIdentityLogs'),
    'first run framework log': logGroup('DestinationDriftFirstRunFrameworkLogs'),
    'empty bucket log': logGroup('DestinationDriftReportsIdentityLogs'),
    'empty bucket framework log': logGroup('DestinationDriftReportsFrameworkLogs'),
  },
};

/** One call of AWS, on something that is deployed. */
export interface Call {
  /** Such as `source table: dynamodb:PutItem`. */
  readonly name: string;
  readonly place: Place;
  /** As IAM calls it. */
  readonly action: string;
  readonly send: Send;
}

/** Every call that any room makes, on everything of its kind that is deployed, whoever may. */
export const CALLS: readonly Call[] = Object.entries(TARGETS).flatMap(([place, targets]) => Object.entries(targets)
  .flatMap(([target, sends]) => Object.entries(sends).map(([what, send]) => ({
    name: `${place} ${target}: ${what}`, place: place as Place, action: what.split(' ')[0], send,
  }))));
