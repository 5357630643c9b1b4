import { DESTINATION, Match, OTHER, destination, replicate, theResource } from '../apps';

const lookUpOf = (destinationRegions: string[], tableName = 'devices') => theResource(
  destination(replicate({ replicationName: 'fleet', tableName, destinationRegions })).toJSON(), 'Custom::ReplicaStream',
);

test('the stream is looked up in the Region of the replica', () => {
  const { Properties } = lookUpOf([DESTINATION]);
  expect(JSON.parse(Properties.Create)).toMatchObject({ service: 'DynamoDB', action: 'describeTable', parameters: { TableName: 'devices' }, outputPaths: ['Table.LatestStreamArn'] });
  expect(JSON.parse(Properties.Create)).not.toHaveProperty('region');
  expect(Properties.Update).toBe(Properties.Create);
  expect(Properties.Delete).toBeUndefined();
  expect(Properties.InstallLatestAwsSdk).toBe(false);
});

test('it is looked up again when the Regions or the table change, and not for their order', () => {
  const look = (...args: Parameters<typeof lookUpOf>) => lookUpOf(...args).Properties.Update;
  expect(look([DESTINATION, OTHER])).toBe(look([OTHER, DESTINATION]));
  expect(look([DESTINATION, OTHER])).not.toBe(look([DESTINATION]));
  expect(look([DESTINATION], 'other')).not.toBe(look([DESTINATION]));
});

test('the replicator reads the stream that was found', () => {
  destination(replicate()).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    StartingPosition: 'TRIM_HORIZON',
    EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DestinationTableLookUp'), 'Table.LatestStreamArn'] },
  });
});
