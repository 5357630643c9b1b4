import { ComparisonEnv } from '../../src/comparison/environment';
import { MonitoringEnv } from '../../src/metrics/environment';
import { SweepEnv } from '../../src/sweep/environment';
import { sweepContextFromEnvironment } from '../../src/sweep/handler/services';

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  [ComparisonEnv.TABLE_NAME]: 'registry',
  [ComparisonEnv.BUCKET_NAME]: 'reports',
  [ComparisonEnv.BUCKET_OWNER]: '111122223333',
  [SweepEnv.OBSERVATION_WORKFLOW_ARN]: 'arn:persistence',
  [ComparisonEnv.WORKFLOW_ARN]: 'arn:sweep',
  [ComparisonEnv.READ_SHARE]: '0.5',
  [ComparisonEnv.WRITE_SHARE]: '0.25',
  [SweepEnv.MAX_DELETIONS_PER_MINUTE]: '500',
  [MonitoringEnv.REPLICATION_NAME]: 'fleet',
  [MonitoringEnv.LOG_PAYLOADS]: 'false',
  [MonitoringEnv.LOG_LEVEL]: 'INFO',
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
  const withBoth = (limit: string) => sweepContextFromEnvironment({ ...ENVIRONMENT, [SweepEnv.ROUTER_VERSION]: 'v1', [SweepEnv.MAX_DELETIONS]: limit }).config;
  expect(withBoth('7')).toMatchObject({ routerVersion: 'v1', maxDeletions: 7 });
  expect(withBoth('0')).toMatchObject({ maxDeletions: 0 });
});

test.each(Object.keys(ENVIRONMENT).filter((name) => name !== 'AWS_REGION'))('without %s it says which is missing', (name) => {
  expect(() => sweepContextFromEnvironment({ ...ENVIRONMENT, [name]: undefined })).toThrow(`environment variable ${name} is not set`);
});
