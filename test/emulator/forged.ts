import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateThingCommand, DeleteThingCommand, GetTopicRuleCommand, ListTopicRulesCommand } from '@aws-sdk/client-iot';
import { deviceThatMayAnything } from './device';
import { PLAIN, ROUTED } from './names';
import type { World } from './world';
import type { Device } from '../../emulator/device';
import { waitFor } from '../../emulator/waiting';
import { SIGNAL_PK, SignalKind } from '../../src/record/signal';

const YEAR_2100 = 4_102_444_800_000;
const LETTERS = `${PLAIN.name}-dead-letters`;
const KINDS = ['thing', 'thing_type', 'thing_group', 'thing_group_membership'];

/** What a device can do whose policy allows it to publish to every topic. */
export function forgedTests(world: () => World): void {
  const victim = 'forged-victim';
  const ghost = 'forged-ghost';
  const thing = (thingName: string, fields: object) => (
    { eventType: 'THING_EVENT', eventId: 'forged', thingId: 'forged', versionNumber: 99, thingTypeName: null, attributes: {}, thingName, timestamp: Date.now(), ...fields }
  );
  const sweep = (timestamp: number) => ({ eventType: 'REPLICATION_SWEEP', timestamp, mode: 'repair', inSync: true, durationSeconds: 1, found: 0, persisted: 0, remaining: 0 });
  const heartbeat = { eventType: 'REPLICATION_HEARTBEAT', forged: true };
  /** In the shape in which a sweep has persisted what it reads. */
  const observation = () => thing(ghost, { operation: 'UPDATED', eventId: 'sweep-forged' });
  const signalTime = async (sk: string) => {
    const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: SIGNAL_PK }, sk: { S: sk } }, ConsistentRead: true }));
    return Number(Item?.timestamp.N ?? 0);
  };
  const ruleOf = (replication: string, kind: string) => world().source.ruleName(new RegExp(`^${replication}_${kind}_[0-9a-f]{8}_`));
  const isThere = async () => {
    const { things } = await world().destination.registry();
    return [victim in things, ghost in things];
  };

  let device: Device;
  beforeAll(async () => {
    device = await deviceThatMayAnything(world().emulator, PLAIN.source, 'forger');
    await world().source.iot.send(new CreateThingCommand({ thingName: victim }));
    await world().destination.registryOnce((registry) => victim in registry.things);
  });

  afterAll(() => device?.disconnect());

  test('the rules are not known by the names that anybody could guess', async () => {
    const payloads = [thing(victim, { operation: 'DELETED' }), thing(ghost, { operation: 'CREATED' }), observation(), sweep(YEAR_2100), heartbeat];
    for (const kind of KINDS) {
      for (const payload of payloads) {
        // AWS IoT takes it, and has no rule for it.
        for (const topic of [`$aws/rules/${PLAIN.name}_${kind}`, `$aws/rules/${PLAIN.name}_${kind}/forged`]) expect(await device.publish(topic, payload)).toBe(true);
      }
    }
    expect(await world().differences()).toEqual([]);
    expect(await isThere()).toEqual([true, false]);
  });

  test('nobody publishes to the topics of events: the connection is closed', async () => {
    for (const [topic, event] of [[`thing/${victim}/deleted`, thing(victim, { operation: 'DELETED' })], ['certificates/registered/any', { certificateId: '0'.repeat(64) }]] as const) {
      const other = await deviceThatMayAnything(world().emulator, PLAIN.source, 'impostor');
      expect(await other.publish(`$aws/events/${topic}`, event)).toBe(false);
      await other.disconnect();
    }
    expect(await world().differences()).toEqual([]);
    expect(await isThere()).toEqual([true, false]);
  });

  test('a publisher who knows the name of a rule forges no signal, no event of the future, and none with values of the wrong type, through any of them', async () => {
    const { source } = world();
    const forged = [
      thing(victim, { operation: 'DELETED', timestamp: YEAR_2100 }), thing(ghost, { operation: 'CREATED', timestamp: YEAR_2100 }),
      // The engine of the emulator is another than that of the simulation: values of the wrong type are refused by both.
      thing(ghost, { operation: 'CREATED', attributes: { a: null } }), thing(ghost, { operation: 'CREATED', attributes: { a: '1', b: 2, c: ['3'] } }),
      sweep(YEAR_2100), sweep(8.64e15 + 1), sweep(Date.now()), heartbeat,
    ];
    for (const kind of KINDS) {
      const ruleName = await ruleOf(PLAIN.name, kind);
      for (const event of forged.map((each) => ({ ...each, through: kind }))) {
        expect(await device.publish(`$aws/rules/${ruleName}/forged`, event)).toBe(true);
        const letter = await source.letter(LETTERS, (body) => JSON.stringify(body.event) === JSON.stringify(event));
        expect(letter).toMatchObject({ class: 'rejected', error: 'InvalidEvent' });
      }
    }
    const now = Date.now();
    for (const kind of Object.values(SignalKind)) expect(await signalTime(kind)).toBeLessThanOrEqual(now);
    expect(await world().differences()).toEqual([]);
    expect(await isThere()).toEqual([true, false]);
  }, 120_000);

  test('a publisher who knows the name of a rule of hints has something read, and changes nothing', async () => {
    const { source } = world();
    const { certificateId } = await source.identities.issue([]);
    const forged = { certificateId, certificateStatus: 'ACTIVE', hint: { pk: `cert#${certificateId}`, sk: 'cert' }, detail: { requestParameters: { certificateId: 'x' } }, eventType: 'THING_EVENT', operation: 'CREATED', thingName: ghost };
    await source.identities.setStatus(certificateId, 'INACTIVE');
    for (const kind of ['hint_certificates', 'hint_things']) expect(await device.publish(`$aws/rules/${await ruleOf(PLAIN.name, kind)}/forged`, forged)).toBe(true);
    const state = await waitFor(async () => {
      const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: PLAIN.name, Key: { pk: { S: `cert#${certificateId}` }, sk: { S: 'cert' } }, ConsistentRead: true }));
      return Item?.state.M?.status.S;
    }, { boundMillis: 30_000 });
    expect(state).toBe('INACTIVE');
    expect(await isThere()).toEqual([true, false]);
  });

  test('no rule starts anything but the workflow of registry events, or sends anything but hints', async () => {
    const { source, source: { iot } } = world();
    const { rules } = await iot.send(new ListTopicRulesCommand({}));
    const details = await Promise.all(rules!.filter(({ ruleName }) => ruleName!.startsWith(`${PLAIN.name}_`)).map(({ ruleName }) => iot.send(new GetTopicRuleCommand({ ruleName }))));
    const hints = await source.queueUrl(`${PLAIN.name}-hints`);
    const actions = details.map(({ rule }) => rule!.actions!.map(({ stepFunctions, sqs }) => stepFunctions?.stateMachineName ?? sqs?.queueUrl));
    expect(actions.sort()).toEqual([...KINDS.map(() => [`${PLAIN.name}-persistence`]), [hints], [hints]].sort());
  });

  // What is refused above is refused for its name, its kind or its time, and for nothing else: the rest of what a device would need is there.
  test('an event with a time of now passes for one of AWS\'s, for who knows the name of its rule', async () => {
    const { source, destination } = world();
    const topic = `$aws/rules/${await ruleOf(PLAIN.name, 'thing')}/forged`;
    expect(await device.publish(topic, observation())).toBe(true);
    expect(await device.publish(topic, thing(victim, { operation: 'DELETED' }))).toBe(true);
    const { things } = await destination.registryOnce((registry) => ghost in registry.things && !(victim in registry.things));
    expect([victim in things, ghost in things]).toEqual([false, true]);
    expect(await device.publish(topic, thing(ghost, { operation: 'DELETED' }))).toBe(true);
    await source.iot.send(new DeleteThingCommand({ thingName: victim }));
    await destination.registryOnce((registry) => !(ghost in registry.things));
    expect(await world().differences()).toEqual([]);
  });

  describe('with confirmDeletions', () => {
    const kept = `${ROUTED.prefix}kept`;
    const recordOf = async () => {
      const { Item } = await world().dynamodb.send(new GetItemCommand({ TableName: ROUTED.name, Key: { pk: { S: `thing#${kept}` }, sk: { S: 'thing' } }, ConsistentRead: true }));
      return { incarnation: Item?.incarnation.S, deleted: Item?.deleted.BOOL };
    };

    test('a forged deletion of what is there deletes nothing, and a real one does', async () => {
      const { source, routed } = world();
      const { thingId } = await source.iot.send(new CreateThingCommand({ thingName: kept }));
      await routed.registryOnce((registry) => kept in registry.things);
      // By somebody who may read the registry, too.
      const event = thing(kept, { operation: 'DELETED', thingId });
      expect(await device.publish(`$aws/rules/${await ruleOf(ROUTED.name, 'thing')}/forged`, event)).toBe(true);
      const letter = await source.letter(`${ROUTED.name}-dead-letters`, (body) => JSON.stringify(body.event) === JSON.stringify(event));
      expect(letter).toMatchObject({ class: 'rejected', error: 'NotDeleted', reason: 'the thing is still in the registry' });
      expect(await recordOf()).toEqual({ incarnation: thingId, deleted: false });

      await source.iot.send(new DeleteThingCommand({ thingName: kept }));
      const deleted = await waitFor(async () => (await recordOf()).deleted || undefined, { boundMillis: 30_000 });
      expect(deleted).toBe(true);
      expect(await recordOf()).toEqual({ incarnation: thingId, deleted: true });
    });
  });
}
