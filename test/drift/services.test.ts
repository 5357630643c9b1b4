import { driftContextFromEnvironment } from '../../src/drift/handler/services';
import { DESTINATION, OTHER, destination, replicate, resourcesOf } from '../apps';

/** What the deployed function has, references in the form of some text. */
function deployedEnvironment(region: string): Record<string, string> {
  const replication = replicate({ replicationName: 'fleet', destinationRegions: [DESTINATION, OTHER], pausedRegions: [OTHER], registryReadShare: 0.2, registryWriteShare: 0.4 });
  const [{ Properties }] = resourcesOf(destination(replication, region).toJSON(), 'AWS::Lambda::Function').filter((each) => each.Properties.FunctionName === 'fleet-drift');
  const variables = Properties.Environment.Variables as Record<string, unknown>;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]));
}

test('the function works with what the construct gives it', () => {
  const { config, readPace, writePace } = driftContextFromEnvironment(deployedEnvironment(DESTINATION));
  expect(config).toEqual({
    tableName: 'fleet',
    bucket: { name: expect.stringContaining('Reports') as string, owner: '111122223333' },
    retryQueueUrl: expect.stringContaining('RetryQueue') as string,
    stateTableName: expect.stringContaining('State') as string,
    workflowArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift',
    sourceRegion: 'us-east-1',
    deletionMode: 'REPLICATE',
    driftMode: 'REPAIR',
    isPaused: false,
    silenceMs: 300_000,
    logPayloads: false,
  });
  expect(readPace.rateOf('DescribeThing')).toBe(70);
  expect(writePace.rateOf('CreateThing')).toBe(40);
});

test('it knows of a pause', () => {
  expect(driftContextFromEnvironment(deployedEnvironment(OTHER)).config.isPaused).toBe(true);
});

test('it fails without one of its variables, and names it', () => {
  const { RETRY_QUEUE_URL: _, ...others } = deployedEnvironment(DESTINATION);
  expect(() => driftContextFromEnvironment(others)).toThrow('environment variable RETRY_QUEUE_URL is not set: deploy the function with the construct');
});
