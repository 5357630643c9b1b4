/** @jest-environment ./test/simulation/environment.ts */
import { Clock } from '../simulation/clock';
import { synthesizeTable, synthesizeWorkflow } from '../simulation/definition';
import { GuardedTable } from '../simulation/guarded-table';
import { Workflow } from '../simulation/workflow';

const KEY = { pk: `cert#${'ab'.repeat(32)}`, sk: 'cert' };

interface Observed {
  readonly status: string;
  readonly timestamp: number;
  readonly incarnation?: string;
  readonly deleted?: boolean;
}

const definition = synthesizeWorkflow({ features: ['identities'] }).observers;
const without = synthesizeWorkflow().observers;

/** One execution; time passes while the workflow waits. */
async function execute({ status, timestamp, incarnation = 'i1', deleted = false }: Observed, table: GuardedTable, as = definition) {
  const clock = new Clock(1_800_000_000_000);
  const letters: string[] = [];
  const record = { ...KEY, incarnation, version: 0, timestamp, deleted, eventId: 'sweep-1', state: { status, pem: 'p', policies: [] } };
  const running = new Workflow({ definition: as, clock }).execute({ eventType: 'REPLICATION_OBSERVATION', kind: 'certificate', record }, async (resource, input) => {
    if (resource === 'dynamodb:putItem') return table.put(input as object) && {};
    if (resource === 'dynamodb:getItem') return { Item: storedIn(table) };
    return letters.push((input as { MessageBody: string }).MessageBody) && {};
  });
  let done = false;
  void running.finally(() => { done = true; });
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance();
  }
  return { outcome: (await running as { outcome: string }).outcome, letters };
}

function storedIn(table: GuardedTable) {
  return table.items.get(`${KEY.pk}|${KEY.sk}`);
}

/** What the observers of the registry hand over, one after the other, and what is stored then. */
async function persisted(...observed: readonly Observed[]): Promise<{ readonly outcomes: string[]; readonly status?: string; readonly incarnation?: string }> {
  const table = new GuardedTable('registry', synthesizeTable());
  const outcomes: string[] = [];
  for (const each of observed) outcomes.push((await execute(each, table)).outcome);
  const stored = storedIn(table);
  return { outcomes, status: stored?.state.M!.status.S, incarnation: stored?.incarnation.S };
}

describe('within an incarnation, revoked is final', () => {
  test.each(['ACTIVE', 'INACTIVE'])('%s does not replace it, however new', async (status) => {
    expect(await persisted({ status: 'REVOKED', timestamp: 1 }, { status, timestamp: 2 })).toMatchObject({ outcomes: ['persisted', 'stale'], status: 'REVOKED' });
  });

  test('a newer reading of what is revoked replaces it', async () => {
    expect(await persisted({ status: 'REVOKED', timestamp: 1 }, { status: 'REVOKED', timestamp: 2 })).toMatchObject({ outcomes: ['persisted', 'persisted'] });
  });

  test('so does its deletion, and what was registered anew', async () => {
    expect(await persisted({ status: 'REVOKED', timestamp: 1 }, { status: 'REVOKED', timestamp: 2, deleted: true }, { status: 'ACTIVE', timestamp: 3, incarnation: 'i2' }))
      .toEqual({ outcomes: ['persisted', 'persisted', 'persisted'], status: 'ACTIVE', incarnation: 'i2' });
  });

  test('it stays so where the end of an earlier incarnation was never recorded', async () => {
    expect(await persisted({ status: 'ACTIVE', timestamp: 1, incarnation: 'i0' }, { status: 'REVOKED', timestamp: 2 }, { status: 'ACTIVE', timestamp: 3 }))
      .toMatchObject({ outcomes: ['persisted', 'persisted', 'stale'], status: 'REVOKED' });
  });
});

test('of two readings the one that began later wins, in whichever order they arrive', async () => {
  expect(await persisted({ status: 'INACTIVE', timestamp: 2 }, { status: 'ACTIVE', timestamp: 1 })).toMatchObject({ outcomes: ['persisted', 'stale'], status: 'INACTIVE' });
  expect(await persisted({ status: 'ACTIVE', timestamp: 1 }, { status: 'INACTIVE', timestamp: 2 })).toMatchObject({ status: 'INACTIVE' });
});

test('nothing of identities is persisted where they are not replicated', async () => {
  const table = new GuardedTable('registry', synthesizeTable());
  const { outcome, letters } = await execute({ status: 'ACTIVE', timestamp: 1 }, table, without);
  expect(outcome).toBe('dead-lettered');
  expect((JSON.parse(letters[0]) as { reason: string }).reason).toContain('kind: expected one of');
});
