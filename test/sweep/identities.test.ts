/** Sweeps of certificates, policies and their attachments: what they read, and what runs side by side. */
import { MINUTE, Source, SourceOptions } from './source';
import { planOf } from '../../src/comparison/phases';
import type { Selection } from '../../src/comparison/selection';
import { keyOf } from '../../src/kinds/register';
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

describe('certificates that share policies', () => {
  const SHARED_READS = ['ListAttachedPolicies', 'ListTargetsForPolicy', 'DescribeCertificate'] as const;
  const ONE = '{"Version":"2012-10-17","Statement":[]}';

  /** Certificates with two policies, which a group and a Cognito identity have too; a page has three entries. */
  async function shared(count: number): Promise<{ swept: Source; arns: string[]; reads: () => Promise<Record<string, number>> }> {
    const swept = new Source({
      feature: 'identities',
      limits: { maxPageSize: 3 },
      workflow: { features: ['identities'] },
      scope: { kinds: ['policy', 'certificate', 'groupPolicies'], prefixes: { policy: ['fleet'] } },
    });
    const arns: string[] = [];
    swept.untold(() => {
      swept.registry.execute('CreateThingGroup', { thingGroupName: 'house' });
      for (const policyName of ['fleet', 'other']) swept.registry.execute('CreatePolicy', { policyName, policyDocument: ONE });
      for (let i = 0; i < count; i++) {
        const { certificateArn } = swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(`c${i}`).pem, status: 'ACTIVE' });
        arns.push(certificateArn!);
        for (const policyName of ['fleet', 'other']) swept.registry.execute('AttachPolicy', { policyName, target: certificateArn });
      }
      for (const target of [groupArn(swept), COGNITO]) swept.registry.execute('AttachPolicy', { policyName: 'fleet', target });
    });
    swept.pass(HOUR);
    await swept.sweep();
    swept.pass(HOUR);
    const reads = async () => {
      const before = SHARED_READS.map((call) => swept.callsOf(call));
      await swept.sweep();
      return Object.fromEntries(SHARED_READS.map((call, i) => [call, swept.callsOf(call) - before[i]]));
    };
    return { swept, arns, reads };
  }

  const COGNITO = 'us-east-1:00000000-0000-0000-0000-000000000000';
  const groupArn = ({ registry }: Source) => registry.execute('DescribeThingGroup', { thingGroupName: 'house' }).thingGroupArn;

  test('are compared by the targets of each policy, in fewer calls', async () => {
    const { reads } = await shared(7);
    // Those of the group are asked for by its name.
    expect(await reads()).toEqual({ ListAttachedPolicies: 1, ListTargetsForPolicy: 3 + 3, DescribeCertificate: 0 });
  });

  test('are compared one by one if there are fewer of them than policies', async () => {
    const { reads } = await shared(2);
    expect(await reads()).toEqual({ ListAttachedPolicies: 2 + 1, ListTargetsForPolicy: 0, DescribeCertificate: 0 });
  });

  test('are read one by one as long as they have no record', async () => {
    const { swept, reads } = await shared(1);
    swept.untold(() => { for (let i = 0; i < 7; i++) swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: madeCertificate(`new${i}`).pem, status: 'ACTIVE' }); });
    swept.pass(HOUR);
    expect(await reads()).toEqual({ ListAttachedPolicies: 1 + 7 + 1, ListTargetsForPolicy: 0, DescribeCertificate: 7 });
  });

  test('are read directly where their policies differ, and only there', async () => {
    const { swept, arns } = await shared(7);
    swept.untold(() => {
      swept.registry.execute('DetachPolicy', { policyName: 'fleet', target: arns[1] });
      swept.registry.execute('CreatePolicy', { policyName: 'unselected', policyDocument: ONE });
      swept.registry.execute('AttachPolicy', { policyName: 'unselected', target: arns[5] });
    });
    swept.pass(HOUR);
    const before = swept.callsOf('DescribeCertificate');
    expect((await swept.sweep()).counts).toMatchObject({ different: 2, persisted: 2 });
    expect(swept.callsOf('DescribeCertificate') - before).toBe(2);
  });
});

test('kinds that share a quota are one after the other, all others side by side', () => {
  expect(lanesOf(planOf('identities'))).toEqual([
    ['policies', 'persist-policies'],
    ['certificates', 'persist-certificates', 'groups', 'group-policies', 'persist-group-policies'],
    ['things', 'principals', 'persist-principals'],
  ]);
  expect(lanesOf(planOf())).toHaveLength(1);
});

test('certificates that are replicated because things have them are read after those', () => {
  expect(lanesOf(planOf('identities', ['identities'], ['certificate']))).toEqual([
    ['policies', 'persist-policies'],
    ['things', 'principals', 'persist-principals', 'certificates', 'persist-certificates', 'groups', 'group-policies', 'persist-group-policies'],
  ]);
});

describe('with certificates of replicated things only', () => {
  const ATTACHED = 3;
  const SCOPE: Selection = { kinds: ['policy', 'certificate', 'principals', 'groupPolicies'], prefixes: {}, onlyReferred: ['certificate'] };
  const certificates = Array.from({ length: 2 * ATTACHED }, (_, i) => madeCertificate(`c${i}`));
  const keyOfCertificate = (i: number) => keyOf({ kind: 'certificate', certificateId: certificates[i].id });
  const targetOf = (i: number) => `arn:aws:iot:us-east-1:111122223333:cert/${certificates[i].id}`;

  /** Certificates of which the first half has a thing each, and all have a policy. */
  function half(options: SourceOptions = {}): Source {
    const swept = new Source({ feature: 'identities', workflow: { features: ['identities'] }, scope: SCOPE, ...options });
    swept.untold(() => {
      swept.registry.execute('CreatePolicy', { policyName: 'p', policyDocument: '{"Version":"2012-10-17","Statement":[]}' });
      certificates.forEach(({ pem }, i) => {
        swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: pem, status: 'ACTIVE' });
        swept.registry.execute('AttachPolicy', { policyName: 'p', target: targetOf(i) });
        if (i >= ATTACHED) return;
        swept.registry.execute('CreateThing', { thingName: `thing-${i}` });
        swept.registry.execute('AttachThingPrincipal', { thingName: `thing-${i}`, principal: targetOf(i) });
      });
    });
    swept.pass(HOUR);
    return swept;
  }

  const statusesOf = (swept: Source) => certificates.map((_, i) => {
    const record = swept.record(keyOfCertificate(i));
    return record && (record.deleted ? 'deleted' : record.state.status as string);
  });

  test('those are read and recorded in the sweep that finds what they are attached to, and the others are not read', async () => {
    const swept = half();
    expect(await readsOf(swept)).toMatchObject({ DescribeCertificate: ATTACHED, ListAttachedPolicies: ATTACHED });
    expect(statusesOf(swept)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE', undefined, undefined, undefined]);
    swept.pass(HOUR);
    expect((await swept.sweep())).toMatchObject({ inSync: true, counts: { listed: 1 + 2 * ATTACHED, persisted: 0 } });
  });

  test('one that lost its record is recorded again, although what it is attached to is as recorded', async () => {
    const swept = half();
    await swept.sweep();
    swept.remove(keyOfCertificate(1));
    swept.pass(HOUR);
    await swept.sweep();
    expect(statusesOf(swept).slice(0, ATTACHED)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
  });

  test('one that is detached is still followed, until it is deleted', async () => {
    const swept = half();
    await swept.sweep();
    swept.untold(() => {
      swept.registry.execute('DetachThingPrincipal', { thingName: 'thing-0', principal: targetOf(0) });
      swept.registry.execute('DetachPolicy', { policyName: 'p', target: targetOf(0) });
      swept.registry.execute('UpdateCertificate', { certificateId: certificates[0].id, newStatus: 'INACTIVE' });
    });
    swept.pass(HOUR);
    await swept.sweep();
    expect(swept.record(keyOfCertificate(0))).toMatchObject({ deleted: false, state: { status: 'INACTIVE', policies: [] } });
    swept.untold(() => swept.registry.execute('DeleteCertificate', { certificateId: certificates[0].id }));
    swept.pass(HOUR);
    await swept.sweep();
    expect(statusesOf(swept)[0]).toBe('deleted');
    // Registered again, it is another one, which nothing has.
    swept.untold(() => swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: certificates[0].pem, status: 'ACTIVE' }));
    swept.pass(HOUR);
    await swept.sweep();
    expect(statusesOf(swept)[0]).toBe('deleted');
  });

  test('one whose record a lagging read of the table does not show is followed', async () => {
    const swept = half();
    await swept.sweep();
    swept.untold(() => {
      swept.registry.execute('DetachThingPrincipal', { thingName: 'thing-0', principal: targetOf(0) });
      swept.registry.execute('DetachPolicy', { policyName: 'p', target: targetOf(0) });
    });
    swept.pass(MINUTE);
    swept.tableLag = HOUR;
    await swept.sweep();
    expect(swept.record(keyOfCertificate(0))).toMatchObject({ state: { policies: [] } });
  });

  test('one of a thing whose certificates a router drops is not replicated', async () => {
    const swept = half({ router: ({ pk, sk }) => ({ replicate: pk !== 'thing#thing-1' || sk !== 'principals' }) });
    await swept.sweep();
    expect(statusesOf(swept).slice(0, ATTACHED)).toEqual(['ACTIVE', undefined, 'ACTIVE']);
  });

  test('the limit of deactivations is a share of those that have a record, not of all', async () => {
    const [recorded, all] = [60, 1_300];
    const swept = new Source({ feature: 'identities', workflow: { features: ['identities'] }, scope: SCOPE });
    const ids = Array.from({ length: all }, (_, i) => madeCertificate(`many-${i}`)).map(({ id, pem }, i) => {
      if (i >= recorded) swept.registry.execute('RegisterCertificateWithoutCA', { certificatePem: pem, status: 'ACTIVE' });
      return id;
    });
    for (const certificateId of ids.slice(0, recorded)) {
      swept.put({
        ...keyOf({ kind: 'certificate', certificateId }), version: 0, timestamp: swept.now, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', incarnation: '1', state: { status: 'ACTIVE', pem: 'p', policies: [] },
      });
    }
    swept.pass(HOUR);
    await expect(swept.sweep()).rejects.toThrow('got more than 50 deactivations');
    expect(swept.callsOf('ListAttachedPolicies')).toBe(0);
  });
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
