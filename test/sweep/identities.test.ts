/** Sweeps of certificates, policies and their attachments: what they read, and what runs side by side. */
import { Source } from './source';
import { planOf } from '../../src/comparison/phases';
import { lanesOf, sweepPhases } from '../../src/sweep/phases';
import { Json, replicate, resourcesOf, source } from '../apps';
import { madeCertificate } from '../simulation/registry';

const COUNT = 12;
const HOUR = 60 * 60_000;

/** A fleet: a certificate, a policy and a thing each. */
function fleet(): Source {
  const swept = new Source({
    feature: 'identities', workflow: { features: ['identities'] }, scope: { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'], prefixes: {} },
  });
  swept.untold(() => {
    for (let i = 0; i < COUNT; i++) {
      swept.registry.execute('CreateThing', { thingName: `thing-${i}` });
      swept.registry.execute('CreatePolicy', { policyName: `policy-${i}`, policyDocument: '{"Version":"2012-10-17","Statement":[]}' });
      const { certificateArn } = swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(`c${i}`).pem, status: 'ACTIVE' });
      swept.registry.execute('AttachPolicy', { policyName: `policy-${i}`, target: certificateArn });
      swept.registry.execute('AttachThingPrincipal', { thingName: `thing-${i}`, principal: certificateArn });
    }
  });
  swept.pass(HOUR);
  return swept;
}

const READS = ['DescribeCertificate', 'ListAttachedPolicies', 'GetPolicy', 'ListThingPrincipalsV2'] as const;

async function readsOf(swept: Source): Promise<Record<string, number>> {
  const before = READS.map((call) => swept.callsOf(call));
  await swept.sweep();
  return Object.fromEntries(READS.map((call, i) => [call, swept.callsOf(call) - before[i]]));
}

test('what has no record yet is read once, and what is as recorded is read once too', async () => {
  const swept = fleet();
  // The set of a thing is a direct read already where it is listed, and is read once more before it is persisted.
  expect(await readsOf(swept)).toEqual({ DescribeCertificate: COUNT, ListAttachedPolicies: COUNT, GetPolicy: COUNT, ListThingPrincipalsV2: 2 * COUNT });
  swept.pass(HOUR);
  expect(await readsOf(swept)).toEqual({ DescribeCertificate: 0, ListAttachedPolicies: COUNT, GetPolicy: COUNT, ListThingPrincipalsV2: COUNT });
});

test('a policy that was deleted and created again, or has no record of something that lives, is found', async () => {
  const swept = fleet();
  await swept.sweep();
  swept.untold(() => swept.registry.execute('CreatePolicy', { policyName: 'new', policyDocument: '{"Version":"2012-10-17","Statement":[]}' }));
  swept.untold(() => swept.registry.execute('CreatePolicyVersion', { policyName: 'policy-0', policyDocument: '{"Version":"2012-10-17","Id":"2","Statement":[]}', setAsDefault: true }));
  swept.pass(HOUR);
  expect((await swept.sweep()).counts).toMatchObject({ missing: 1, different: 1, persisted: 2 });
});

test('kinds that share a quota are one after the other, all others side by side', () => {
  expect(lanesOf(planOf('identities'))).toEqual([
    ['policies', 'persist-policies'],
    ['certificates', 'persist-certificates', 'groups', 'group-policies', 'persist-group-policies'],
    ['things', 'principals', 'persist-principals'],
  ]);
  expect(lanesOf(planOf())).toHaveLength(1);
});

test('the workflow has a branch for each lane, and then looks for what was not listed', () => {
  const template = source(replicate({ replicationName: 'fleet', identities: {} })).toJSON();
  const workflow = resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === 'fleet-identity-sweep')!;
  // Its parts are texts, and references to what it invokes.
  const parts = workflow.Properties.DefinitionString['Fn::Join'][1] as unknown[];
  const definition = JSON.parse(parts.map((each) => (typeof each === 'string' ? each : 'reference')).join('')) as Json;
  const phasesIn = ({ States, StartAt }: Json): string[] => {
    const phases: string[] = [];
    for (let name: string | undefined = StartAt; name; name = States[name].Next ?? States[name].Choices?.find(({ Condition }: Json) => Condition.includes('done'))?.Next) {
      const phase = States[name].Arguments?.Payload?.phase;
      if (phase) phases.push(phase);
    }
    return phases;
  };
  const lanes = definition.States['Compare each kind'];
  expect((lanes.Branches as Json[]).map(phasesIn)).toEqual(lanesOf(planOf('identities')));
  expect(phasesIn({ ...definition, StartAt: lanes.Next })).toEqual([...sweepPhases(planOf('identities')).slice(lanesOf(planOf('identities')).flat().length), 'summary']);
});
