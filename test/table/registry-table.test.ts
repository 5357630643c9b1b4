import { RemovalPolicy } from 'aws-cdk-lib';
import { IotRegistryReplicationProps } from '../../src';
import { DESTINATION, Json, OTHER, SOURCE, replicate, source, theResource } from '../apps';

const tableOf = (props: Partial<IotRegistryReplicationProps> = {}): Json => theResource(source(replicate({ replicationName: 'fleet', ...props })).toJSON(), 'AWS::DynamoDB::GlobalTable');

test('has the keys of a record, its expiry, and the index of a group\'s members', () => {
  expect(tableOf().Properties).toMatchObject({
    TableName: 'fleet',
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    AttributeDefinitions: ['pk', 'sk', 'groupName'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    GlobalSecondaryIndexes: [{
      IndexName: 'members',
      KeySchema: [{ AttributeName: 'groupName', KeyType: 'HASH' }, { AttributeName: 'pk', KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    }],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
});

test('has a replica in every Region, restorable to any point', () => {
  expect(tableOf({ destinationRegions: [DESTINATION, OTHER] }).Properties.Replicas).toEqual([DESTINATION, OTHER, SOURCE].map((Region) => ({
    Region,
    GlobalSecondaryIndexes: [{ IndexName: 'members' }],
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  })));
});

test('is not restorable if that was not wanted', () => {
  for (const replica of tableOf({ pointInTimeRecovery: false }).Properties.Replicas) {
    expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: false });
  }
});

test('goes with the stack if that was wanted', () => {
  expect(tableOf({ removalPolicy: RemovalPolicy.DESTROY })).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
});
