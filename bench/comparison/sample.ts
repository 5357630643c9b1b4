import { isDeepStrictEqual } from 'node:util';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { encoded, passesGuard, recordOf, Stored } from './record-of';
import { keyString } from '../../src/record/record';
import { RegistryEvent } from '../../src/sweep/handler/observation';
import { synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../../test/simulation/definition';
import { GuardedTable } from '../../test/simulation/guarded-table';
import { Workflow } from '../../test/simulation/workflow';

const NOW = 1_800_000_000_000;

/**
 * Shows that what stands in for the persistence workflow makes the same of some events: the same records, let pass or not by the same guard.
 * Each event comes as it is, older, newer, of another version, of another incarnation and as a deletion, so that every rule of the guard is asked.
 *
 * @returns how many events were compared
 * @throws Error at the first that differs
 */
export async function expectSameAsWorkflow(events: readonly RegistryEvent[]): Promise<number> {
  // What it waits for, the deletion of an earlier incarnation, does not come.
  const clock = { now: () => NOW, sleep: async () => undefined };
  const workflow = new Workflow({ definition: synthesizeWorkflow().observers, clock });
  const table = new GuardedTable(TABLE_NAME, synthesizeTable());
  const ours = new Map<string, Stored>();
  const all = events.flatMap(variantsOf);
  for (const event of all) {
    let passed = false;
    await workflow.execute(event, async (resource, input) => {
      if (resource === 'dynamodb:getItem') return { Item: table.items.get(keyOf(input)) };
      if (resource !== 'dynamodb:putItem') throw new Error(`expected the record to be written, got ${resource} with ${JSON.stringify(input)}`);
      const written = table.put(input as object);
      passed = true;
      return written;
    });
    const record = recordOf(event, NOW);
    const key = keyString(record);
    const passes = passesGuard(record, ours.get(key));
    if (passes) ours.set(key, record);
    const theirs = table.items.get(key);
    const isSame = passes === passed && theirs && isDeepStrictEqual(unmarshall(theirs), unmarshall(encoded(ours.get(key)!)));
    if (!isSame) throw new Error(`the stand-in for the persistence workflow differs from it: ${JSON.stringify({ event, passes, passed, theirs: theirs && unmarshall(theirs), ours: ours.get(key) })}`);
  }
  return all.length;
}

/** The key of what the workflow reads, as `keyString` has it. */
function keyOf(input: unknown): string {
  const { pk, sk } = (input as { readonly Key: Record<'pk' | 'sk', { readonly S: string }> }).Key;
  return keyString({ pk: pk.S, sk: sk.S });
}

/**
 * None replaces an incarnation whose deletion was not heard: a sweep that fills a new Region meets none, and the stand-in does not know them.
 */
function variantsOf(event: RegistryEvent): RegistryEvent[] {
  const timestamp = event.timestamp as number;
  const isMembership = event.eventType === 'THING_GROUP_MEMBERSHIP_EVENT';
  const deletion = { ...event, operation: isMembership ? 'REMOVED' : 'DELETED' };
  const reborn = { ...event, ...Object.fromEntries(['thingId', 'thingGroupId', 'thingTypeId', 'groupId'].filter((name) => name in event).map((name) => [name, `${event[name]}-2`])) };
  const later = 'versionNumber' in event ? [{ ...event, versionNumber: (event.versionNumber as number) + 1 }] : [];
  return [
    event, event, { ...event, timestamp: timestamp - 1 }, { ...event, timestamp: timestamp + 1 }, ...later,
    { ...deletion, timestamp: timestamp - 1 }, deletion, { ...deletion, timestamp: timestamp + 2 }, { ...event, timestamp: timestamp + 2 },
    { ...event, timestamp: timestamp + 3 }, reborn, { ...reborn, timestamp: timestamp + 4 },
    { ...reborn, operation: deletion.operation, timestamp: timestamp + 5 }, { ...event, timestamp: timestamp + 6, eventId: 'another' },
  ];
}
