import { marshall } from '@aws-sdk/util-dynamodb';
import { expectTruth, Watched } from './truth';
import { keyOf } from '../../../src/kinds/register';
import type { Item } from '../guarded-table';

const ID = 'c'.repeat(64);

/** A certificate that has these policies, one set after the other, and what is wrong with a record of it that has others. */
function violationsOf(sets: readonly (readonly string[])[], recorded: readonly string[], pageSize: number): readonly string[] {
  let now = 1_700_000_000_000;
  const watched: Watched = { source: { registry: {} }, sourceTable: { put: (item) => item as unknown as Item }, clock: { now: () => now }, violations: [] };
  expectTruth(watched, { listingLag: 0, pageSize });
  // While it has the first of them.
  const readAt = now + 2;
  for (const policies of sets) {
    now += 1;
    watched.source.registry.onIdentityChange!({ kind: 'certificates', name: ID, fields: { status: 'ACTIVE', policies }, createdAt: 1 } as never);
  }
  const record = { ...keyOf({ kind: 'certificate', certificateId: ID }), version: 0, timestamp: readAt, deleted: false, sourceRegion: 'us-east-1', eventId: 'e', incarnation: '1' };
  watched.sourceTable.put(marshall({ ...record, state: { status: 'ACTIVE', pem: 'p', policies: recorded } }) as never);
  return watched.violations;
}

describe('a record of a certificate', () => {
  const SETS = [['a', 'b'], ['b'], ['b', 'c']];

  test.each([1, 2])('is true with a set that there was, whatever the size of a page, as %i', (pageSize) => {
    for (const set of SETS) expect(violationsOf(SETS, set, pageSize)).toEqual([]);
  });

  test('is not true with a set that there never was, if that takes one page', () => {
    expect(violationsOf(SETS, ['a', 'b', 'c'], 2)).toEqual([expect.stringContaining('that it has the policies a b c, which it never was')]);
  });

  test('may have parts of several sets, if they take several pages', () => {
    expect(violationsOf(SETS, ['a', 'b', 'c'], 1)).toEqual([]);
  });

  test.each([[['a', 'b', 'd']], [['a', 'c']]])('has nothing that never was, and lacks nothing that always was: %j', (recorded) => {
    expect(violationsOf(SETS, recorded, 1)).toHaveLength(1);
  });
});
