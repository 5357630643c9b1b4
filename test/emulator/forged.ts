import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, DeleteThingCommand } from '@aws-sdk/client-iot';
import { PLAIN } from './names';
import type { World } from './world';
import { SIGNAL_PK, SignalKind } from '../../src/table/signal';

const YEAR_2100 = 4_102_444_800_000;
const LETTERS = `${PLAIN.name}-dead-letters`;
const KINDS = ['thing', 'thing_type', 'thing_group', 'thing_group_membership'];

/** What somebody can do who may publish to every topic. */
export function forgedTests(world: () => World): void {
  const victim = 'forged-victim';
  const thing = (thingName: string, fields: object) => (
    { eventType: 'THING_EVENT', eventId: 'forged', thingId: 'forged', versionNumber: 99, thingTypeName: null, attributes: {}, thingName, timestamp: Date.now(), ...fields }
  );
  const sweep = (timestamp: number) => ({ eventType: 'REPLICATION_SWEEP', timestamp, mode: 'repair', inSync: true, durationSeconds: 1, found: 0, persisted: 0, remaining: 0 });
  const signalTime = async (sk: string) => {
    const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: SIGNAL_PK }, sk: { S: sk } }, ConsistentRead: true }));
    return Number(Item?.timestamp.N ?? 0);
  };

  test('the rules are not known by the names that anybody could guess', async () => {
    const { source, destination } = world();
    await source.iot.send(new CreateThingCommand({ thingName: victim }));
    await destination.registryOnce((registry) => victim in registry.things);
    for (const kind of KINDS) {
      for (const payload of [thing(victim, { operation: 'DELETED' }), thing('forged-ghost', { operation: 'CREATED' }), sweep(YEAR_2100)]) {
        await world().publish(`$aws/rules/${PLAIN.name}_${kind}/forged`, JSON.stringify(payload));
      }
    }
    expect(await world().differences()).toEqual([]);
    const { things } = await destination.registry();
    expect([victim in things, 'forged-ghost' in things]).toEqual([true, false]);
  });

  test('who knows the name of a rule all the same forges no signal, no event of the future, and none with values of the wrong type', async () => {
    const { source, destination } = world();
    const ruleName = await source.ruleName(new RegExp(`^${PLAIN.name}_thing_[0-9a-f]{8}_`));
    const forged = [
      thing(victim, { operation: 'DELETED', timestamp: YEAR_2100 }), thing('forged-ghost', { operation: 'CREATED', timestamp: YEAR_2100 }),
      // The engine of the emulator is another than that of the simulation: values of the wrong type are refused by both.
      thing('forged-ghost', { operation: 'CREATED', attributes: { a: null } }), thing('forged-ghost', { operation: 'CREATED', attributes: { a: '1', b: 2, c: ['3'] } }),
      sweep(YEAR_2100), sweep(8.64e15 + 1), { eventType: 'REPLICATION_HEARTBEAT', forged: true },
    ];
    for (const event of forged) {
      await world().publish(`$aws/rules/${ruleName}/forged`, JSON.stringify(event));
      const letter = await source.letter(LETTERS, (body) => JSON.stringify(body.event) === JSON.stringify(event));
      expect(letter).toMatchObject({ class: 'rejected', error: 'InvalidEvent' });
    }
    const now = Date.now();
    for (const kind of Object.values(SignalKind)) expect(await signalTime(kind)).toBeLessThanOrEqual(now);
    expect(await world().differences()).toEqual([]);
    const { things } = await destination.registry();
    expect([victim in things, 'forged-ghost' in things]).toEqual([true, false]);
    await source.iot.send(new DeleteThingCommand({ thingName: victim }));
    await destination.registryOnce((registry) => !(victim in registry.things));
  });
}
