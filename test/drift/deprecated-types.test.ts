import { DeleteThingCommand, DeprecateThingTypeCommand } from '@aws-sdk/client-iot';
import { Crash, DriftHarness, type DriftHarnessOptions } from './harness';
import { record, type Item } from '../replicator/harness';

const THINGS = 30;
const TYPE_CALLS = ['CreateThingType', 'DescribeThingType', 'UpdateThingType', 'DeprecateThingType', 'DeleteThingType'];

const things = (): Item[] => Array.from({ length: THINGS }, (_, i) => record.thing(`lamp-${i}`, { thingTypeName: 'lamp' }));

/** A Region that is new: all records, and nothing in the registry. */
function newRegion(options: DriftHarnessOptions = {}): DriftHarness {
  const harness = new DriftHarness(options);
  harness.destination.write(record.type('lamp', { deprecated: true, description: 'old' }), record.type('door'), ...things());
  return harness;
}

const messagesOf = ({ destination }: DriftHarness, pk: string) => destination.retries.filter(({ message }) => message.pk === pk);
const typeCalls = (calls: Readonly<Record<string, number>>) => TYPE_CALLS.map((each) => calls[each] ?? 0).reduce((a, b) => a + b, 0);
const lamp = ({ destination }: DriftHarness) => destination.registry.execute('DescribeThingType', { thingTypeName: 'lamp' }) as { readonly thingTypeMetadata?: { readonly deprecated?: boolean } };

const OPEN = { message: { pk: 'type#lamp', sk: 'type', isOpen: true }, delaySeconds: 0 };
const CLOSED = { message: { pk: 'type#lamp', sk: 'type' }, delaySeconds: 120 };

describe('a deprecated type in a Region that is new', () => {
  test('is sent open before its things, and once more after them', async () => {
    const harness = newRegion();
    expect(await harness.check()).toMatchObject({ inSync: false, counts: { missing: THINGS + 2, repaired: THINGS + 2 } });
    const { retries } = harness.destination;
    expect(messagesOf(harness, 'type#lamp')).toEqual([OPEN, CLOSED]);
    expect(messagesOf(harness, 'type#door')).toEqual([{ message: { pk: 'type#door', sk: 'type' }, delaySeconds: 0 }]);
    expect(retries.slice(0, 2).map(({ message: { sk } }) => sk)).toEqual(['type', 'type']);
    expect(retries.at(-1)).toEqual(CLOSED);
    expect(retries).toHaveLength(THINGS + 3);
    expect(harness.paced.filter((call) => call === 'write DeprecateThingType')).toHaveLength(1);
  });

  test('takes the same number of type calls for any number of things', async () => {
    const harness = newRegion();
    await harness.check();
    const calls = await harness.destination.calls(() => harness.destination.drain());
    // Of each type one, and one more a minute later: an apply that rests on a look is repeated. A living type of unknown history is undeprecated.
    expect(calls).toMatchObject({ CreateThing: THINGS, DeprecateThingType: 4 });
    expect(typeCalls(calls)).toBeLessThan(THINGS);
    expect(lamp(harness).thingTypeMetadata?.deprecated).toBe(true);
    expect(await harness.check()).toMatchObject({ inSync: true, counts: { repaired: 0 } });
  });

  test('is sent so by a check whose every unit has an invocation of its own', async () => {
    const harness = newRegion({ remaining: () => 0, pageSize: 7 });
    await harness.check();
    expect(messagesOf(harness, 'type#lamp')).toEqual([OPEN, CLOSED]);
    expect(harness.destination.retries.at(-1)).toEqual(CLOSED);
  });

  test('is deprecated although a pause begins meanwhile', async () => {
    const harness = newRegion({ remaining: () => 0 });
    harness.afterCall = (call) => {
      if (call.startsWith('sqs') && call.includes('isOpen')) harness.isPaused = true;
    };
    expect(await harness.check()).toMatchObject({ counts: { repaired: 2 } });
    expect(messagesOf(harness, 'type#lamp')).toEqual([OPEN, CLOSED]);
  });

  test('is deprecated by the step that follows one that died before it', async () => {
    const harness = newRegion();
    let died = false;
    harness.beforeCall = (call) => {
      if (died || !call.startsWith('sqs') || !call.includes('"DelaySeconds":120')) return;
      died = true;
      throw new Crash();
    };
    await harness.check({}, (error) => error instanceof Crash);
    expect(died).toBe(true);
    expect(messagesOf(harness, 'type#lamp')).toEqual([OPEN, CLOSED]);
  });
});

describe('a deprecated type that a check left open', () => {
  /** The execution ended before its end: the last message was never sent, and half of the things are missing. */
  async function leftOpen(): Promise<DriftHarness> {
    const harness = newRegion();
    await harness.check();
    harness.destination.retries.pop();
    await harness.destination.drain();
    for (let i = 0; i < THINGS / 2; i++) await harness.destination.registry.client.send(new DeleteThingCommand({ thingName: `lamp-${i}` }));
    return harness;
  }

  test('differs for the next check, and is deprecated after the missing entities', async () => {
    const harness = await leftOpen();
    expect(lamp(harness).thingTypeMetadata?.deprecated).toBe(false);
    await harness.check();
    expect(harness.report().find(({ kind }) => kind === 'type')).toEqual({
      kind: 'type', pk: 'type#lamp', sk: 'type', difference: 'different', fields: [{ field: 'deprecated', expected: true, actual: false }],
    });
    const calls = await harness.destination.calls(() => harness.destination.drain());
    expect(calls).toMatchObject({ CreateThing: THINGS / 2, DeprecateThingType: 2 });
    expect(await harness.check()).toMatchObject({ inSync: true });
  });
});

describe('what is no such type', () => {
  test('one that differs in more is deprecated with the rest of it', async () => {
    const harness = newRegion();
    await harness.check();
    await harness.destination.drain();
    harness.destination.write(record.type('lamp', { deprecated: true, description: 'new' }));
    await harness.check();
    expect(messagesOf(harness, 'type#lamp').map(({ message: { isOpen } }) => isOpen)).toEqual([undefined]);
  });

  test('one whose deprecation was undone is undeprecated at once', async () => {
    const harness = newRegion();
    await harness.check();
    await harness.destination.drain();
    await harness.destination.registry.client.send(new DeprecateThingTypeCommand({ thingTypeName: 'door' }));
    await harness.check();
    expect(messagesOf(harness, 'type#door').map(({ message: { isOpen }, delaySeconds }) => [isOpen, delaySeconds])).toEqual([[undefined, 0]]);
  });

  test('a check that only reports sends neither message', async () => {
    const harness = newRegion();
    await harness.check({ mode: 'report' });
    expect(harness.queued).toEqual([]);
  });

});
