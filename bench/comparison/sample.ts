import { isDeepStrictEqual } from 'node:util';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Observation } from './fleet-observations';
import { encoded, passesGuard, Stored, storedOf } from './stored';
import type { ObservedRecord } from '../../src/kinds/observation';
import type { Feature } from '../../src/record/feature';
import { keyString } from '../../src/record/record';
import { synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../../test/simulation/definition';
import { GuardedTable } from '../../test/simulation/guarded-table';
import { Workflow } from '../../test/simulation/workflow';

const NOW = 1_800_000_000_000;

/**
 * Shows that the stand-in for the persistence workflow treats some observations like the workflow: the same items, and the same decisions of the guard.
 * Each comes unchanged, older, newer, with another version, with another incarnation and as a deletion, so that every rule of the guard applies.
 *
 * @param features whose kinds are among them
 * @returns the number of comparisons
 * @throws Error at the first that differs
 */
export async function expectSameAsWorkflow(observations: readonly Observation[], features?: Feature[]): Promise<number> {
  // It waits for the deletion of an earlier incarnation, which does not arrive.
  const clock = { now: () => NOW, sleep: async () => undefined };
  const workflow = new Workflow({ definition: synthesizeWorkflow({ features }).observers, clock });
  const table = new GuardedTable(TABLE_NAME, synthesizeTable());
  const ours = new Map<string, Stored>();
  const all = observations.flatMap(variantsOf);
  for (const observation of all) {
    let passed = false;
    await workflow.execute(observation, async (resource, input) => {
      if (resource === 'dynamodb:getItem') return { Item: table.items.get(keyOf(input)) };
      if (resource !== 'dynamodb:putItem') throw new Error(`expected the record to be written, got ${resource} with ${JSON.stringify(input)}`);
      const written = table.put(input as object);
      passed = true;
      return written;
    });
    const record = storedOf(observation, NOW);
    const key = keyString(record);
    const passes = passesGuard(record, ours.get(key));
    if (passes) ours.set(key, record);
    const theirs = table.items.get(key);
    const isSame = passes === passed && theirs && isDeepStrictEqual(unmarshall(theirs), unmarshall(encoded(ours.get(key)!)));
    if (!isSame) throw new Error(`the stand-in for the persistence workflow differs from it: ${JSON.stringify({ observation, passes, passed, theirs: theirs && unmarshall(theirs), ours: ours.get(key) })}`);
  }
  return all.length;
}

/** The key that the workflow reads, in the form of `keyString`. */
function keyOf(input: unknown): string {
  const { pk, sk } = (input as { readonly Key: Record<'pk' | 'sk', { readonly S: string }> }).Key;
  return keyString({ pk: pk.S, sk: sk.S });
}

/**
 * None replaces an incarnation without a deletion event: a sweep that fills a new Region meets none, and the stand-in does not support them.
 */
function variantsOf(observation: Observation): Observation[] {
  const { record } = observation;
  const { timestamp } = record;
  const ids = ['incarnation', 'thingId', 'groupId'].filter((name) => name in record);
  const reborn = Object.fromEntries(ids.map((name) => [name, `${String(record[name])}-2`]));
  const of = (...changes: readonly Partial<ObservedRecord>[]) => (
    changes.map((change): Observation => ({ ...observation, record: { ...record, ...change } as ObservedRecord }))
  );
  const later = record.version > 0 ? [{ version: record.version + 1 }] : [];
  return of(
    {}, {}, { timestamp: timestamp - 1 }, { timestamp: timestamp + 1 }, ...later,
    { deleted: true, timestamp: timestamp - 1 }, { deleted: true }, { deleted: true, timestamp: timestamp + 2 }, { timestamp: timestamp + 2 },
    { timestamp: timestamp + 3 }, reborn, { ...reborn, timestamp: timestamp + 4 },
    { ...reborn, deleted: true, timestamp: timestamp + 5 }, { timestamp: timestamp + 6, eventId: 'another' },
  );
}
