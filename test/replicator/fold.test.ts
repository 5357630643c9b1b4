import type { RegistryRecord } from '../../src/kinds';
import { keyOf } from '../../src/kinds/register';
import { fold, StreamImage } from '../../src/replicator/handler/fold';

const ENTITIES = {
  policy: [{ kind: 'policy', policyName: 'p' }, { document: '{"a":1}' }, { document: '{"b":1}' }],
  certificate: [{ kind: 'certificate', certificateId: 'c' }, { status: 'ACTIVE', pem: '', policies: ['p'] }, { status: 'ACTIVE', pem: '', policies: [] }],
  principals: [{ kind: 'principals', thingName: 't' }, { elements: ['c'] }, { elements: ['d'] }],
  groupPolicies: [{ kind: 'groupPolicies', groupName: 'g' }, { elements: ['p'] }, { elements: ['q'] }],
} as const;

/** Records of one entity, each the old image of the next; the first has none unless the entity is known. */
function images([entity, ...states]: (typeof ENTITIES)[keyof typeof ENTITIES], order: readonly (0 | 1)[], isKnown: boolean): StreamImage[] {
  const key = keyOf(entity as never);
  const records = order.map((state, i) => ({
    ...entity, ...key, state: states[state], incarnation: 'i', thingId: 'i', groupId: 'i', version: 0, timestamp: i, deleted: false, sourceRegion: 'us-east-1', eventId: String(i),
  }) as unknown as RegistryRecord);
  const first = isKnown ? 1 : 0;
  return records.slice(first).map((record, i) => ({ key, record, old: records[first + i - 1], sequenceNumber: String(i) }));
}

describe.each(Object.entries(ENTITIES))('%s', (_, entity) => {
  test('of which a batch has one image are known by the image before', () => {
    expect(fold(images(entity, [0, 1], true))).toMatchObject([{ history: 'plain' }]);
    expect(fold(images(entity, [0], false))).toMatchObject([{ history: 'new' }]);
  });

  test('of which a batch has several may be as any of them: what one took away and the last has again would stay away', () => {
    expect(fold(images(entity, [0, 1, 0], true))).toMatchObject([{ history: 'unknown' }]);
    expect(fold(images(entity, [0, 1], false))).toMatchObject([{ history: 'unknown' }]);
  });
});
