/** @jest-environment ./test/simulation/environment.ts */
import { synthesizeWorkflow } from './definition';
import { explore } from './exploration';
import { START } from './history';
import * as operations from './operations';
import { difference, type Snapshot } from './registry';
import { expectConvergence, HISTORIES_PER_TEST } from './seeds';
import { scenarioOf, simulate } from './simulation';
import { DeletionMode } from '../../src/deletion-mode';
import { MAX_WAIT_MS } from '../../src/replicator/handler/failure-routing';

type Fields = Snapshot['things'][string];

/** A snapshot with some of its entities left out or changed. */
function project(snapshot: Snapshot, { thing = (_, fields) => fields, group = () => true }: {
  readonly thing?: (name: string, fields: Fields) => Fields | undefined;
  readonly group?: (name: string) => boolean;
}): Snapshot {
  const things = Object.entries(snapshot.things).flatMap(([name, fields]) => {
    const projected = thing(name, { ...fields, groups: (fields.groups as string[]).filter(group) });
    return projected ? [[name, projected] as const] : [];
  });
  return { ...snapshot, things: Object.fromEntries(things), groups: Object.fromEntries(Object.entries(snapshot.groups).filter(([name]) => group(name))) };
}

/** Groups without parents and no limits: where a parent or a place is left out or never freed, nothing can arrive. */
const flat = { cast: { trees: false }, conditions: { limits: { groupsPerThing: 10, oneGroupPerHierarchy: false, attributesWithoutType: 10 } } };

test('with deletionMode RETAIN nothing is deleted, and what lives in the source is equal', async () => {
  const results = await expectConvergence({
    ...flat,
    cast: { ...flat.cast, types: 0 },
    from: 10_001,
    histories: HISTORIES_PER_TEST,
    deletionMode: DeletionMode.RETAIN,
    compare: (source, destination) => difference(source, project(destination, {
      // What was deleted in the source stays, memberships of what lives included.
      thing: (name, fields) => {
        if (!Object.hasOwn(source.things, name)) return undefined;
        const theirs = source.things[name].groups as string[];
        return { ...fields, groups: (fields.groups as string[]).filter((each) => theirs.includes(each)) };
      },
      group: (name) => Object.hasOwn(source.groups, name),
    })),
    check: ({ pipeline: { registry: { calls } } }) => ['DeleteThing', 'DeleteThingGroup', 'DetachThingPrincipal'].filter((each) => each in calls).map((each) => `${each} was called`),
  });
  expect(results.some(({ pipeline }) => Object.keys(pipeline.snapshot().groups).length > 0)).toBe(true);
});

test('with deletionMode RETAIN a type that is deleted in the source stays', async () => {
  await expectConvergence({
    ...flat,
    cast: { ...flat.cast, things: 1, groups: 1, types: 2 },
    from: 10_501,
    histories: HISTORIES_PER_TEST,
    deletionMode: DeletionMode.RETAIN,
    compare: (source, destination) => Object.keys(source.types).filter((name) => !Object.hasOwn(destination.types, name)).map((name) => `type ${name} is not there`),
  });
});

test('where certificates and policies are used, which nobody replicates, the rest is equal', async () => {
  for (let seed = 1; seed <= 5; seed++) expect((await simulate(scenarioOf(seed, 60, { identities: true }))).failures).toEqual([]);
});

test('with name prefixes what they leave out is filtered, and the rest is equal', async () => {
  const things = ['t0', 't2'];
  const groups = ['g1', 'g2'];
  const results = await expectConvergence({
    ...flat,
    cast: { ...flat.cast, things: 4, groups: 4 },
    from: 11_001,
    isPlain: true,
    histories: HISTORIES_PER_TEST,
    definition: synthesizeWorkflow({ namePrefixes: { things, thingGroups: groups } }),
    compare: (source, destination) => difference(project(source, { thing: (name, fields) => (things.includes(name) ? fields : undefined), group: (name) => groups.includes(name) }), destination),
  });
  expect(results.every(({ outcomes }) => (outcomes.filtered ?? 0) > 0)).toBe(true);
});

test('with a router what it drops is filtered, and what it rewrites arrives as it was rewritten', async () => {
  interface Routed { readonly record: { readonly pk: string; readonly sk: string; readonly deleted: boolean; readonly state: { readonly attributes: Record<string, string> } } }
  await expectConvergence({
    ...flat,
    from: 12_001,
    isPlain: true,
    histories: HISTORIES_PER_TEST,
    definition: synthesizeWorkflow({ withRouter: true }),
    router: (payload) => {
      const { record } = payload as Routed;
      if (record.pk === 'thing#t1') return { replicate: false };
      if (record.sk !== 'thing') return { replicate: true };
      return { replicate: true, state: { ...record.state, attributes: { ...record.state.attributes, routed: 'yes' } } };
    },
    compare: (source, destination) => difference(project(source, {
      thing: (name, fields) => (name === 't1' ? undefined : { ...fields, attributes: { ...(fields.attributes as Record<string, string>), routed: 'yes' } }),
    }), destination),
  });
});

test('an event that can not be persisted, and a record that can not be applied, become dead letters with their reason, and nothing else suffers', async () => {
  const stray = [{ eventType: 'THING_EVENT', operation: 'CREATED', thingName: 't0' }, { eventType: 'THING_GROUP_EVENT' }, 'not an event'];
  const poison = { pk: { S: 'thing#poison' }, sk: { S: 'thing' }, deleted: { BOOL: false } };
  const results = await expectConvergence({
    from: 13_001,
    histories: HISTORIES_PER_TEST,
    strayEvents: stray.map((payload, i) => ({ at: START + 20 * i, payload: payload as object })),
    prepare: ({ clock, replica }) => [10, 25, 60].forEach((after) => clock.at(START + after, () => replica.write(poison))),
    expectsDeadLetter: (letter) => {
      const { error, class: failureClass, reason, event, pk } = JSON.parse(letter) as Record<string, unknown>;
      return failureClass === 'rejected' && typeof reason === 'string' && (error === 'InvalidEvent' ? stray.some((each) => JSON.stringify(each) === JSON.stringify(event)) : pk === 'thing#poison');
    },
    check: ({ pipeline }) => [
      ...stray.filter((each) => !pipeline.sourceDeadLetters.some((letter) => letter.includes(JSON.stringify(each)))).map((each) => `lost: ${JSON.stringify(each)}`),
      ...(pipeline.deadLetters.some((letter) => letter.includes('thing#poison')) ? [] : ['the poisonous record was lost']),
    ],
  });
  expect(results).toHaveLength(HISTORIES_PER_TEST);
});

test.each([1, 3])('with a limit of %i a minute deletions wait for their turn, and all is equal in the end', async (maxDeletionsPerMinute) => {
  const results = await expectConvergence({ from: 15_001 + 100 * maxDeletionsPerMinute, histories: HISTORIES_PER_TEST, conditions: { maxDeletionsPerMinute } });
  const most = results.map(({ pipeline }) => pipeline.state.mostDeletions);
  expect(most.filter((each) => each > maxDeletionsPerMinute).length).toBeGreaterThan(HISTORIES_PER_TEST / 2);
});

test('tombstones that expire delete nothing', async () => {
  await expectConvergence({
    from: 14_001,
    histories: HISTORIES_PER_TEST,
    prepare: ({ clock, replica }) => [1, 30, 3_000, 100_000].forEach((after) => clock.at(START + after, () => replica.expire((item) => item.deleted?.BOOL === true))),
  });
});

test('retries of one key may continue for three days: Lambda does not stop them as a recursive loop', async () => {
  const letters: string[] = [];
  await explore({
    history: [operations.group.create('g0'), operations.group.delete('g0')],
    seeds: 10,
    conditions: { redrives: 0 },
    // The child is not replicated, so nothing ever removes it, and the deletion of its parent waits.
    prepare: ({ registry }) => {
      registry.execute('CreateThingGroup', { thingGroupName: 'g0' });
      registry.execute('CreateThingGroup', { thingGroupName: 'child', parentGroupName: 'g0' });
    },
    compare: () => [],
    expectsDeadLetter: (letter) => letters.push(letter) > 0,
  });
  expect(letters.length).toBeGreaterThanOrEqual(10);
  for (const letter of letters) {
    const { class: failureClass, attempts, time } = JSON.parse(letter) as { readonly class: string; readonly attempts: number; readonly time: string };
    expect(failureClass).toBe('waiting');
    expect(attempts).toBeGreaterThan(16);
    expect(Date.parse(time)).toBeGreaterThan(START + MAX_WAIT_MS);
  }
});

test('what waits for something that never comes ends as a dead letter after three days, with the reason', async () => {
  const letters: string[] = [];
  await explore({
    history: [operations.group.create('g0'), operations.group.create('g1', 'g0')],
    seeds: 20,
    definition: synthesizeWorkflow({ namePrefixes: { thingGroups: ['g1'] } }),
    compare: (_, destination) => Object.keys(destination.groups),
    expectsDeadLetter: (letter) => letters.push(letter) > 0,
  });
  expect(letters.length).toBeGreaterThanOrEqual(20);
  for (const letter of letters) expect(JSON.parse(letter)).toMatchObject({ pk: 'group#g1', class: 'waiting', error: 'Waiting', reason: expect.stringContaining('g0') });
});
