import { Bench } from './fixture';

/** A registry whose list calls are behind by what the test says. */
function lagging() {
  const lag = { ms: 0 };
  const bench = new Bench({ readLag: (operation) => (operation.startsWith('List') ? lag.ms : 0) });
  const listed = () => bench.registry.execute('ListThings', {}).things!.map(({ thingName }) => thingName);
  return { bench, lag, listed };
}

describe('a list call that is behind', () => {
  test('does not show what was created since, though a direct read does', () => {
    const { bench, lag, listed } = lagging();
    bench.thing('early');
    bench.time += 1_000;
    bench.thing('late');
    lag.ms = 1_000;
    expect(listed()).toEqual(['early']);
    expect(bench.registry.execute('DescribeThing', { thingName: 'late' })).toMatchObject({ version: 1 });
    lag.ms = 0;
    expect(listed()).toEqual(['early', 'late']);
  });

  test('shows what was deleted since, with the attributes and the version of then', () => {
    const { bench, lag } = lagging();
    bench.thing('lamp', { color: 'red' });
    bench.time += 1_000;
    bench.registry.execute('UpdateThing', { thingName: 'lamp', attributePayload: { attributes: { color: 'blue' } } });
    bench.time += 1_000;
    bench.registry.execute('DeleteThing', { thingName: 'lamp' });
    lag.ms = 2_000;
    expect(bench.registry.execute('ListThings', {}).things).toMatchObject([{ thingName: 'lamp', attributes: { color: 'red' }, version: 1 }]);
    lag.ms = 1_000;
    expect(bench.registry.execute('ListThings', {}).things).toMatchObject([{ thingName: 'lamp', attributes: { color: 'blue' }, version: 2 }]);
  });

  test('shows the members of then, in both directions', () => {
    const { bench, lag } = lagging();
    bench.thing('lamp');
    bench.group('g');
    bench.add('lamp', 'g');
    bench.time += 1_000;
    bench.registry.execute('RemoveThingFromThingGroup', { thingName: 'lamp', thingGroupName: 'g' });
    lag.ms = 1_000;
    expect(bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'g' }).things).toEqual(['lamp']);
    expect(bench.registry.execute('ListThingGroupsForThing', { thingName: 'lamp' }).thingGroups).toMatchObject([{ groupName: 'g' }]);
    lag.ms = 0;
    expect(bench.registry.execute('ListThingsInThingGroup', { thingGroupName: 'g' }).things).toEqual([]);
  });

  test('is behind by a minute before the last change at most', () => {
    const { bench, lag, listed } = lagging();
    for (const name of ['a', 'b', 'c', 'd']) {
      bench.thing(name);
      bench.time += 40_000;
    }
    lag.ms = 300_000;
    expect(listed()).toEqual(['a', 'b']);
  });

  test('knows nothing before the first change', () => {
    const { bench, lag, listed } = lagging();
    bench.thing('lamp');
    lag.ms = 1;
    expect(listed()).toEqual([]);
  });
});

test('a page is never longer than the registry makes them, however much was asked for', () => {
  const bench = new Bench({ limits: { maxPageSize: 2 } });
  for (const name of ['a', 'b', 'c']) bench.thing(name);
  const { things, nextToken } = bench.registry.execute('ListThings', { maxResults: 250 });
  expect(things).toHaveLength(2);
  expect(bench.registry.execute('ListThings', { maxResults: 250, nextToken }).things).toMatchObject([{ thingName: 'c' }]);
});
