import * as fs from 'node:fs';
import { Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ACCOUNT, createApp, createStack, DESTINATION, Json, replicate, SOURCE, synth, templatesOf } from './apps';
import { FINGERPRINT, fingerprintOf } from '../packages/api-fingerprint';
import { BASELINE, breakingChanges } from '../packages/compatibility';
import { packLibrary } from '../packages/library';
import { IotRegistryReplication } from '../src';

const BOUND_MILLIS = 240_000;

test('an app that was written against the last release compiles against this one', async () => {
  await expect(breakingChanges(await packLibrary())).resolves.toEqual([]);
}, BOUND_MILLIS);

test('the pages of the API match the API, and are as generated; `npx projen docs:api` generates them', async () => {
  const { directory } = await packLibrary();
  expect(fs.readFileSync(FINGERPRINT, 'utf8')).toBe(fingerprintOf(directory));
}, BOUND_MILLIS);

test('a property, a member of an enum or a method that goes is noticed', async () => {
  const earlier = [['maxDeletionsPerMinute', 'maxDeletions'], ['REPORT', 'LOOK'], ['destination', 'destinationOf']]
    .reduce((text, [now, before]) => text.replaceAll(`"name": "${now}"`, `"name": "${before}"`), fs.readFileSync(BASELINE, 'utf8'));
  const found = await breakingChanges(await packLibrary(), earlier);
  expect(found.map((line) => line.replace(/^err +- \w+( VALUE)? [\w-]+\./, '')).sort()).toEqual([
    'DriftMode.LOOK: member LOOK has been removed',
    'IotRegistryReplication.destinationOf: has been removed',
    'IotRegistryReplicationProps.maxDeletions: has been removed',
  ]);
}, BOUND_MILLIS);

/** What loses its content when its logical id or its name changes: CloudFormation makes a new one and deletes the old, or fails because its name is taken. */
const STATEFUL = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::KMS::Key', 'AWS::SSM::Parameter'];

/**
 * What has no name, and is one of a kind nevertheless: Lambda refuses a second mapping of a function and a source, which is what CloudFormation makes before it
 * deletes the first if the logical id changes.
 */
const UNIQUE = ['AWS::Lambda::EventSourceMapping'];

const TABLE = 'AWS::DynamoDB::GlobalTable fleet';
const DEAD_LETTERS = 'AWS::SQS::Queue fleet-dead-letters';
const SOURCE_MARKER = 'AWS::SSM::Parameter /cdk-iot-registry-replication/sources/fleet';
const SWEEP_REPORTS = `AWS::S3::Bucket fleet-5eb2ce29-${ACCOUNT}-${SOURCE}`;
const OF_DESTINATION = {
  DestinationDriftReportsBucketFA7FAFC5: `AWS::S3::Bucket fleet-5eb2ce29-${ACCOUNT}-${DESTINATION}`,
  DestinationMarkerParameter6E7195B3: 'AWS::SSM::Parameter /cdk-iot-registry-replication/destinations/fleet',
  DestinationReplicatorDeadLetterQueueADF8DF24: DEAD_LETTERS,
  DestinationReplicatorRetryQueue90FF3BB0: 'AWS::SQS::Queue fleet-retry',
  DestinationReplicatorState629DCA77: 'AWS::DynamoDB::Table fleet-state',
  DestinationReplicatorRetrySourceA85557B7: 'AWS::Lambda::EventSourceMapping of DestinationReplicatorRetry46ADF891',
};

/** Type and name of what must not be replaced, by stack and logical id. */
function pinnedOf(stack: Stack): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(templatesOf(synth(stack))).map(([name, template]) => {
    const resources = Object.entries(template.Resources as Record<string, Json> ?? {}).filter(([, { Type }]) => [...STATEFUL, ...UNIQUE].includes(Type));
    return [name, Object.fromEntries(resources.map(([id, { Type, Properties: { TableName, QueueName, BucketName, FunctionName, Name } }]) => (
      [id, FunctionName ? `${Type} of ${FunctionName.Ref}` : `${Type} ${TableName ?? QueueName ?? BucketName ?? Name}`]
    )))];
  }));
}

test('what holds data, and what there can be one of, keeps its logical id and its name, so that an update of the package replaces none of it', () => {
  const stack = createStack();
  replicate({ replicationName: 'fleet' }, stack);
  expect(pinnedOf(stack)).toEqual({
    Main: {
      ReplicationTableC2F38B0E: TABLE, ReplicationDeadLetterQueue69859887: DEAD_LETTERS, ReplicationSweepReportsBucket50FE9A47: SWEEP_REPORTS, ReplicationMarkerParameter65F8EE78: SOURCE_MARKER,
    },
    [`fleet-${DESTINATION}-from-${SOURCE}`]: OF_DESTINATION,
  });
});

test('so it does where the source has a stack of its own', () => {
  const elsewhere = createStack({ env: { account: ACCOUNT } });
  replicate({ replicationName: 'fleet', sourceRegion: SOURCE }, elsewhere);
  expect(pinnedOf(elsewhere)).toEqual({
    Main: {},
    [`fleet-${SOURCE}`]: { Table710B521B: TABLE, DeadLetterQueue9F481546: DEAD_LETTERS, SweepReportsBucketF268F2A7: SWEEP_REPORTS, MarkerParameter3B04128F: SOURCE_MARKER },
    [`fleet-${DESTINATION}-from-${SOURCE}`]: OF_DESTINATION,
  });
});

test('so it does wherever in the app the replication stands', () => {
  const stack = new Stack(new Stage(createApp(), 'Prod'), 'Registry', { env: { account: ACCOUNT, region: SOURCE } });
  new IotRegistryReplication(new Construct(stack, 'Wrapper'), 'Fleet', { destinationRegions: [DESTINATION], replicationName: 'fleet' });
  expect(pinnedOf(stack)).toMatchObject({ [`fleet-${DESTINATION}-from-${SOURCE}`]: OF_DESTINATION });
});
