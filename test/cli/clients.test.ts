import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Clients } from '../../src/cli/clients';
import { failureOf } from '../../src/cli/errors';

// A port that nobody listens at: a call that is made ends soon, and otherwise.
const ENDPOINT = 'http://127.0.0.1:9';
const ask = (clients: Clients, region: string) => clients.of(SSMClient, region).send(new GetParameterCommand({ Name: 'x' })).then(() => undefined, failureOf);

beforeEach(() => {
  Object.assign(process.env, { AWS_ENDPOINT_URL: ENDPOINT, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_MAX_ATTEMPTS: '1' });
});

afterEach(() => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_MAX_ATTEMPTS']) delete process.env[name];
});

test('a Region that is left unasked is as one that does not answer, and all others are asked', async () => {
  const clients = new Clients({});
  const without = clients.without('us-east-1');
  expect(await ask(without, 'us-east-1')).toEqual({ kind: 'unreachable', text: 'no answer in time (ssm:GetParameter in us-east-1)' });
  expect(await ask(without, 'eu-west-1')).toMatchObject({ text: expect.stringContaining('ECONNREFUSED') });
  expect(await ask(clients, 'us-east-1')).toMatchObject({ text: expect.stringContaining('ECONNREFUSED') });
});
