import { isDeepStrictEqual } from 'node:util';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { encoded, passesGuard, recordOf, Stored } from './record-of';
import { keyString } from '../../src/record/record';
import { RegistryEvent } from '../../src/sweep/handler/observation';
import { Clock } from '../../test/simulation/clock';
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
  const workflow = new Workflow({ definition: synthesizeWorkflow().observers, clock: new Clock(NOW) });
  const table = new GuardedTable(TABLE_NAME, synthesizeTable());
  const ours = new Map<string, Stored>();
  const all = events.flatMap(variantsOf);
  for (const event of all) {
    let passed = true;
    await workflow.execute(event, async (_resource, input) => {
      try {
        return table.put(input as object);
      } catch (error) {
        passed = false;
        throw error;
      }
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

function variantsOf(event: RegistryEvent): RegistryEvent[] {
  const timestamp = event.timestamp as number;
  const isMembership = event.eventType === 'THING_GROUP_MEMBERSHIP_EVENT';
  const deletion = { ...event, operation: isMembership ? 'REMOVED' : 'DELETED' };
  const reborn = { ...event, ...Object.fromEntries(['thingId', 'thingGroupId', 'thingTypeId', 'groupId'].filter((name) => name in event).map((name) => [name, `${event[name]}-2`])) };
  const later = 'versionNumber' in event ? [{ ...event, versionNumber: (event.versionNumber as number) + 1 }] : [];
  return [
    event, event, { ...event, timestamp: timestamp - 1 }, { ...event, timestamp: timestamp + 1 }, ...later,
    { ...deletion, timestamp: timestamp - 1 }, deletion, { ...deletion, timestamp: timestamp + 2 }, { ...event, timestamp: timestamp + 2 },
    { ...event, timestamp: timestamp + 3 }, reborn, { ...reborn, timestamp: timestamp + 4 }, { ...event, timestamp: timestamp + 5, eventId: 'another' },
  ];
}
