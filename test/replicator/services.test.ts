import { contextFromEnvironment } from '../../src/replicator/handler/services';

const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  REGISTRY_TABLE_NAME: 'fleet',
  SOURCE_REGION: 'us-east-1',
  RETRY_QUEUE_URL: 'retry',
  DEAD_LETTER_QUEUE_URL: 'dead-letters',
  DELETION_MODE: 'RETAIN',
  STATE_TABLE_NAME: 'fleet-state',
  MAX_DELETIONS_PER_MINUTE: '7',
  REPLICATION_NAME: 'fleet',
  LOG_PAYLOADS: 'true',
  POWERTOOLS_LOG_LEVEL: 'DEBUG',
};

test('what the construct sets is what the consumers work with', () => {
  expect(contextFromEnvironment(ENVIRONMENT).config).toEqual({
    tableName: 'fleet',
    sourceRegion: 'us-east-1',
    retryQueueUrl: 'retry',
    deadLetterQueueUrl: 'dead-letters',
    deletionMode: 'RETAIN',
    stateTableName: 'fleet-state',
    maxDeletionsPerMinute: 7,
    logPayloads: true,
    logsCalls: true,
  });
});

test('identities arrive as they were written', () => {
  const identities = {
    arnPrefix: 'arn:aws:iot:eu-west-1:111122223333:',
    relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1', domainNames: { 'a.example.com': 'b.example.com' } },
    adoptsPolicies: true,
    policyPrefixes: ['lamp-'],
  };
  expect(contextFromEnvironment({ ...ENVIRONMENT, IDENTITIES: JSON.stringify(identities) }).config.identities).toEqual(identities);
});

test.each(Object.keys(ENVIRONMENT))('without %s a function does not start', (name) => {
  expect(() => contextFromEnvironment({ ...ENVIRONMENT, [name]: undefined })).toThrow(`environment variable ${name} is not set: deploy the function with the construct`);
});
