import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { runProgram } from './harness';
import { Clients } from '../../src/cli/clients';

const PROCESS = JSON.stringify({ Version: 1, AccessKeyId: 'AKIAPROFILE', SecretAccessKey: 'secret', SessionToken: 'token' });

describe('a profile of the AWS CLI', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'profile-'));
  const before = { ...process.env };

  beforeAll(() => {
    const answer = path.join(folder, 'answer.json');
    fs.writeFileSync(answer, PROCESS);
    fs.writeFileSync(path.join(folder, 'config'), `[profile ops]\nregion = ap-southeast-2\ncredential_process = cat "${answer}"\n\n[profile lost]\nregion = eu-west-1\ncredential_process = false\n`);
    fs.writeFileSync(path.join(folder, 'credentials'), '');
    Object.assign(process.env, { AWS_CONFIG_FILE: path.join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials') });
  });

  afterAll(() => {
    process.env = before;
    fs.rmSync(folder, { recursive: true });
  });

  test('gives credentials, in place of those of the environment, and the Region', async () => {
    // The SDK says that it prefers the profile, as the AWS CLI does.
    const warning = jest.spyOn(console, 'warn').mockReturnValue();
    const clients = new Clients({ profile: 'ops' }, {});
    expect(await clients.homeRegion(SSMClient)).toBe('ap-southeast-2');
    const { credentials } = clients.of(SSMClient, 'us-east-1').config;
    expect(await credentials()).toMatchObject({ accessKeyId: 'AKIAPROFILE', sessionToken: 'token' });
    warning.mockRestore();
  });

  test.each(['nobody', 'lost'])('that gives none is exit code 2 and says what is expected: %s', async (profile) => {
    mockClient(SSMClient);
    const { exitCode, notes } = await runProgram(['status', 'fleet', '--profile', profile]);
    expect(notes).toContain('no valid credentials');
    expect(notes).toContain('`aws sts get-caller-identity` has to work');
    expect(exitCode).toBe(2);
  });
});
