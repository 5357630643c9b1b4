import { differingFields } from '../../src/comparison/handler/differences';
import { stepHandler } from '../../src/comparison/handler/step-handler';
import { planOf } from '../../src/comparison/phases';
import { driftPhases } from '../../src/drift/phases';
import type { Entity, EntityKind, RegistryEntity } from '../../src/kinds';
import { decodeRecord } from '../../src/kinds/decode-record';
import { EVENTS } from '../../src/kinds/events';
import { READERS, RULES } from '../../src/kinds/handler';
import { OBSERVATION_EVENT, ObservedRecord, recordOf, tombstoneOf } from '../../src/kinds/observation';
import { readPermissions, writePermissions } from '../../src/kinds/permissions';
import { ENTITY_KINDS, entityOf, isSelected, keyOf, kindOf, knownKinds, namesOf, ownersOf, QUOTAS, sortKeysOf, stateOf } from '../../src/kinds/register';
import { sourceDigestOf, sourceDigestExpression } from '../../src/kinds/source-digest';
import { Decision } from '../../src/persistence/decision';
import { describeObservation } from '../../src/persistence/describe-observation';
import { comparedWith, featuresFor } from '../../src/record/feature';
import { sweepPhases } from '../../src/sweep/phases';
import jsonata from '../simulation/jsonata';
import { hash } from '../simulation/jsonata-values';

/** One entity of a kind, and another state that it can have; none for what is there or not. */
export interface Sample {
  readonly entity: Entity;
  readonly states?: readonly [object, object];
}

const ORIGIN = { eventId: 'sweep-1', timestamp: 1_700_000_000_000 };
const OPTIONS = { sourceRegion: 'us-east-1', kinds: ['THING', 'THING_GROUP', 'THING_TYPE', 'THING_GROUP_MEMBERSHIP'], prefixes: {}, tombstoneRetentionSeconds: 3600 };
/** After the time of what was observed. */
const STARTED = '2023-11-15T00:00:00.000Z';

/** What every kind has to be like, whoever writes it. */
export function everyKind(name: EntityKind, { entity, states }: Sample): void {
  const kind = kindOf(name);
  const features = featuresFor(kind.feature);
  const known = knownKinds(features);
  const plan = planOf(comparedWith(kind.feature), features);
  const ownerIds = ownersOf(entity).map((_, i) => `owner-${i}`);
  const observed = (state: object | undefined = states?.[0]) => (
    { ...entity, ...kind.owners ? {} : { incarnation: 'i', version: 3 }, ...state ? { state } : {} } as unknown as RegistryEntity
  );
  const stored = (record: ObservedRecord) => decodeRecord({ ...record, sourceRegion: 'us-east-1' });
  const describe_ = async (record: object, options: object = {}) => {
    const context = { Execution: { StartTime: STARTED } };
    const input = JSON.parse(JSON.stringify({ eventType: OBSERVATION_EVENT, kind: name, record })) as object;
    return JSON.parse(JSON.stringify(await jsonata(describeObservation({ ...OPTIONS, features, ...options })).evaluate(undefined, { states: { input, context } }))) as
      { readonly decision: string; readonly reason?: string; readonly record?: Record<string, unknown> };
  };

  describe(`the kind ${name}`, () => {
    test('reads its records as they were written', () => {
      const record = stored(recordOf(observed(), ownerIds, ORIGIN));
      expect(namesOf(record)).toEqual(namesOf(entity));
      expect(record).toMatchObject({ ...keyOf(entity), kind: name, deleted: false, ...ORIGIN });
      expect(stateOf(record)).toEqual(states?.[0]);
      expect(stored(tombstoneOf(record, ORIGIN))).toMatchObject({ ...keyOf(entity), deleted: true });
    });

    test('fails to read a record without what it is about', () => {
      for (const attribute of kind.owners?.map((owner) => owner.attribute) ?? ['incarnation']) {
        expect(() => stored({ ...recordOf(observed(), ownerIds, ORIGIN), [attribute]: undefined })).toThrow(attribute);
      }
    });

    test('has keys of its own', () => {
      expect(entityOf(keyOf(entity))).toEqual(entity);
      const shapeOf = ({ key: { pk, sk } }: typeof kind) => [pk, sk].map(({ prefix, id }) => `${prefix}${id === undefined ? '' : '#'}`).join(' ');
      expect(ENTITY_KINDS.map(kindOf).filter((each) => shapeOf(each) === shapeOf(kind))).toEqual([kind]);
    });

    test('comes after what it needs, and is deleted before that', () => {
      const place = ENTITY_KINDS.indexOf(name);
      for (const each of [...kind.after, ...kind.owners?.map((owner) => owner.kind) ?? []]) expect(ENTITY_KINDS.indexOf(each as EntityKind)).toBeLessThan(place);
      expect(place).toBeGreaterThanOrEqual(0);
    });

    test('is delivered by the filter of the stream', () => {
      const { sk } = keyOf(entity);
      const { equal, beginning } = sortKeysOf(known);
      expect(equal.includes(sk) || beginning.some((text) => sk.startsWith(text))).toBe(true);
    });

    test('is listed by sweeps and drift checks, after its owners', () => {
      for (const phases of [sweepPhases(plan), driftPhases(plan)]) {
        expect(phases).toContain(kind.phase);
        for (const { kind: owner } of ownersOf(entity)) expect(phases.indexOf(kind.phase)).toBeGreaterThan(phases.indexOf(kindOf(owner).phase));
      }
      const { list, listIn } = READERS[name];
      expect(kind.listedBy === undefined ? list : listIn?.[kind.listedBy]).toBeInstanceOf(Function);
      expect(RULES[name].apply).toBeInstanceOf(Function);
    });

    test('may make the calls that it has a quota for', () => {
      const { list, read, missing, different, gone } = kind.quotas;
      for (const call of Object.keys({ ...list, ...read, ...missing, ...different, ...gone })) expect(QUOTAS[call]).toBeGreaterThan(0);
      const callsOf = (permissions: readonly { readonly calls: readonly string[] }[]) => permissions.flatMap(({ calls }) => calls);
      expect(callsOf(readPermissions(known))).toEqual(expect.arrayContaining(Object.keys({ ...list, ...read })));
      expect(callsOf(writePermissions(known))).toEqual(expect.arrayContaining(Object.keys({ ...missing, ...different, ...gone })));
    });

    test('is left out by a prefix of each of its names', () => {
      expect(isSelected(entity, {})).toBe(true);
      for (const selector of Object.values(kind.selectedBy)) expect(isSelected(entity, { [selector!]: ['another-'] })).toBe(false);
    });

    test('keeps its names out of what a refused call is logged with', async () => {
      const resources = [kind, ...kind.owners?.map((owner) => kindOf(owner.kind)) ?? []].flatMap(({ resource }) => resource ?? []);
      expect(resources.length).toBeGreaterThan(0);
      for (const resource of resources) {
        const refused = Object.assign(new Error(`not authorized on arn:aws:iot:us-east-1:1:${resource}/secret-name`), { name: 'AccessDeniedException', $metadata: {} });
        await expect(stepHandler(() => Promise.reject(refused))({}, {})).rejects.toThrow(`${resource}/…`);
        await expect(stepHandler(() => Promise.reject(refused))({}, {})).rejects.not.toThrow('secret-name');
      }
    });

    test('is persisted as it was observed, alive and gone', async () => {
      const alive = recordOf(observed(), ownerIds, ORIGIN);
      const answer = await describe_(alive);
      expect(answer).toMatchObject({ decision: Decision.REPLICATE, kind: name });
      expect(answer.record).toEqual({ ...JSON.parse(JSON.stringify(alive)), sourceRegion: 'us-east-1' });
      const gone = await describe_(tombstoneOf(stored(alive), ORIGIN));
      expect(gone.record).toMatchObject({ ...keyOf(entity), deleted: true, expiresAt: expect.any(Number) });
    });

    test('is not persisted with a field that is missing, or outside of the prefixes', async () => {
      const alive = recordOf(observed(), ownerIds, ORIGIN);
      for (const field of Object.keys(alive)) {
        const answer = await describe_({ ...alive, [field]: undefined });
        expect(answer).toEqual({ decision: Decision.INVALID, reason: expect.stringContaining(field) });
      }
      for (const selector of Object.values(kind.selectedBy)) {
        expect(await describe_(alive, { prefixes: { [selector!]: ['another-'] } })).toEqual({ decision: Decision.FILTERED, kind: name });
      }
    });

    test('has fields and digests by which its states are told apart', async () => {
      if (!states) return expect([kind.decode, kind.fields]).toEqual([undefined, undefined]);
      const [one, other] = states;
      const copy = JSON.parse(JSON.stringify(one)) as object;
      const digest = async (state: object) => jsonata(sourceDigestExpression('$states.input')).evaluate(undefined, { states: { input: state }, hash }) as Promise<string>;
      expect(differingFields({ kind: name, state: one }, { kind: name, state: copy })).toEqual([]);
      expect(differingFields({ kind: name, state: one }, { kind: name, state: other })).not.toEqual([]);
      expect(sourceDigestOf(one)).toBe(sourceDigestOf(copy));
      expect(sourceDigestOf(one)).not.toBe(sourceDigestOf(other));
      for (const state of states) expect(await digest(state)).toBe(sourceDigestOf(state));
    });

    if (kind.feature) {
      test('is unknown without its feature', async () => {
        const others = features.filter((each) => each !== kind.feature);
        expect(knownKinds(others)).not.toContain(name);
        expect(planOf(others[0], others).kinds).not.toContain(name);
        expect(sortKeysOf(knownKinds(others)).equal).not.toContain(kind.key.sk.prefix);
        expect(await describe_(recordOf(observed(), ownerIds, ORIGIN), { features: others })).toEqual({ decision: Decision.INVALID, reason: expect.stringContaining('kind') });
      });
    }

    test('has events that make its records, or none', () => {
      const event = EVENTS[name];
      if (!event) return expect(kind.choice).toBeUndefined();
      const { pk, sk } = kind.key;
      expect(Object.keys(event.names).sort()).toEqual([...new Set([pk.id, sk.id].flatMap((id) => id ?? []))].sort());
      expect(Object.keys(event.life)).toEqual(kind.owners?.map((owner) => owner.attribute) ?? ['incarnation']);
    });
  });
}
