import { sweepContextFromEnvironment } from '../../src/sweep/handler/services';

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  REGISTRY_TABLE_NAME: 'registry',
  REPORTS_BUCKET_NAME: 'reports',
  REPORTS_BUCKET_OWNER: '111122223333',
  OBSERVATION_WORKFLOW_ARN: 'arn:persistence',
  WORKFLOW_ARN: 'arn:sweep',
  REGISTRY_READ_SHARE: '0.5',
  REGISTRY_WRITE_SHARE: '0.25',
  MAX_DELETIONS_PER_MINUTE: '500',
  REPLICATION_NAME: 'fleet',
  LOG_PAYLOADS: 'false',
  POWERTOOLS_LOG_LEVEL: 'INFO',
};

test('the environment that the construct sets is what a step works with', () => {
  const { config, readPace, writePace, deletionPace } = sweepContextFromEnvironment(ENVIRONMENT);
  expect(config).toEqual({
    tableName: 'registry',
    bucket: { name: 'reports', owner: '111122223333' },
    observationWorkflowArn: 'arn:persistence',
    sweepWorkflowArn: 'arn:sweep',
    routerVersion: undefined,
    maxDeletions: undefined,
    logPayloads: false,
  });
  expect(readPace.rateOf('ListThings')).toBe(5);
  expect(writePace.rateOf('CreateThing')).toBe(25);
  // Half of what the breakers let through.
  expect(deletionPace.perSecond * 60).toBeCloseTo(250);
});

test('a router and a limit are passed, a limit of none too', () => {
  const withBoth = (limit: string) => sweepContextFromEnvironment({ ...ENVIRONMENT, ROUTER_VERSION: 'v1', MAX_DELETIONS_PER_SWEEP: limit }).config;
  expect(withBoth('7')).toMatchObject({ routerVersion: 'v1', maxDeletions: 7 });
  expect(withBoth('0')).toMatchObject({ maxDeletions: 0 });
});

test.each(Object.keys(ENVIRONMENT).filter((name) => name !== 'AWS_REGION'))('without %s it says which is missing', (name) => {
  expect(() => sweepContextFromEnvironment({ ...ENVIRONMENT, [name]: undefined })).toThrow(`environment variable ${name} is not set`);
});
