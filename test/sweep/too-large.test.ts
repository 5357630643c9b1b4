/** Observations that the persistence workflow does not take: Step Functions limits the input of an execution, and the data of each state, to 256 KB. */
import { Source } from './source';
import { keyOf } from '../../src/kinds/register';
import { madeCertificate } from '../simulation/registry';

const HOUR = 60 * 60_000;
const EMPTY = '{"Version":"2012-10-17","Statement":[]}';

function fleet(document: string): Source {
  const source = new Source({
    feature: 'identities', workflow: { features: ['identities'] }, scope: { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'], prefixes: {} },
  });
  source.untold(() => {
    for (const [policyName, policyDocument] of [['good', EMPTY], ['other', document]] as const) source.registry.execute('CreatePolicy', { policyName, policyDocument });
    const { certificateArn } = source.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate('c').pem, status: 'ACTIVE' });
    source.registry.execute('AttachPolicy', { policyName: 'good', target: certificateArn });
  });
  source.pass(HOUR);
  return source;
}

const OTHER = keyOf({ kind: 'policy', policyName: 'other' });
const GOOD = keyOf({ kind: 'policy', policyName: 'good' });

test('white space outside of strings is not stored, and is no difference', async () => {
  const source = fleet(`{ "Version": "2012-10-17",${' \n'.repeat(150_000)}"Statement": [ { "Sid": "a \\" b  c", "Effect": "Allow", "Action": "*", "Resource": "*" } ] }`);
  await expect(source.sweep()).resolves.toMatchObject({ counts: { 'missing': 3, 'persisted': 3, 'too-large': 0 } });
  expect(source.record(OTHER)!.state.document).toBe('{"Version":"2012-10-17","Statement":[{"Sid":"a \\" b  c","Effect":"Allow","Action":"*","Resource":"*"}]}');
  source.untold(() => source.registry.execute('CreatePolicyVersion', { policyName: 'good', policyDocument: '{ "Version": "2012-10-17", "Statement": [] }', setAsDefault: true }));
  source.pass(HOUR);
  expect(await source.sweep()).toMatchObject({ inSync: true });
});

/** As AWS, which does not count the white space in strings either. */
const LONG = `{"Version":"2012-10-17","Id":"${' '.repeat(300_000)}","Statement":[]}`;

describe('an observation that is larger than an execution takes', () => {
  test('is in the report with the reason, and the rest is persisted', async () => {
    const source = fleet(LONG);
    await expect(source.sweep()).resolves.toMatchObject({
      inSync: false,
      counts: { 'missing': 3, 'persisted': 2, 'too-large': 1, 'failed': 0 },
      first: expect.arrayContaining([{ kind: 'policy', ...OTHER, difference: 'missing', outcome: 'too-large' }]),
    });
    expect(source.report).toContainEqual(expect.objectContaining({ ...OTHER, difference: 'missing', outcome: 'too-large' }));
    expect(source.record(GOOD)).toBeDefined();
    expect(source.record(OTHER)).toBeUndefined();
    expect(source.results).toEqual([expect.objectContaining({ found: 3, persisted: 2, remaining: 1 })]);
    expect(source.logged).toContainEqual(['an event was not persisted', expect.objectContaining({ kind: 'policy', bytes: expect.any(Number) })]);
  });

  test('differs until it is smaller', async () => {
    const source = fleet(LONG);
    await source.sweep();
    source.pass(HOUR);
    expect((await source.sweep()).counts).toMatchObject({ 'missing': 1, 'persisted': 0, 'too-large': 1 });
    source.untold(() => source.registry.execute('CreatePolicyVersion', { policyName: 'other', policyDocument: EMPTY, setAsDefault: true }));
    source.pass(HOUR);
    expect((await source.sweep()).counts).toMatchObject({ 'missing': 1, 'persisted': 1, 'too-large': 0 });
  });

  test('only on its way through the workflow ends in the same way', async () => {
    const source = fleet(EMPTY);
    source.breaks = ({ record }) => (record?.pk === OTHER.pk ? { status: 'FAILED', error: 'States.DataLimitExceeded' } : undefined);
    await expect(source.sweep()).resolves.toMatchObject({ counts: { 'missing': 3, 'persisted': 2, 'too-large': 1, 'failed': 0 } });
  });
});

describe('an observation that Step Functions refuses', () => {
  const refusing = (name: string): Source => {
    const source = fleet(EMPTY);
    source.breaks = ({ record }) => {
      if (record?.pk === OTHER.pk) throw Object.assign(new Error('refused'), { name });
      return undefined;
    };
    return source;
  };

  test.each(['ValidationException', 'InvalidExecutionInput'])('with %s does not stop the rest, and fails the sweep at its end', async (name) => {
    const source = refusing(name);
    await expect(source.sweep()).rejects.toMatchObject({ name: 'IncompleteSweep' });
    expect(source.record(GOOD)).toBeDefined();
    expect(source.results).toEqual([expect.objectContaining({ found: 3, persisted: 2, remaining: 1 })]);
  });

  test('for another reason than its input is repeated by the workflow', async () => {
    await expect(refusing('ThrottlingException').sweep()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
