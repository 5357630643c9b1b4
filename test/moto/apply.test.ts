import {
  AddThingToThingGroupCommand, AttachThingPrincipalCommand, CreateDynamicThingGroupCommand, CreateKeysAndCertificateCommand, CreateThingCommand,
  CreateThingGroupCommand, CreateThingTypeCommand, DeleteThingCommand, DeleteThingTypeCommand, DescribeThingCommand, DescribeThingGroupCommand,
  DescribeThingTypeCommand, IoTClient, ListPrincipalThingsCommand, ListThingsInThingGroupCommand, UpdateThingGroupCommand, UpdateThingTypeCommand,
} from '@aws-sdk/client-iot';
import { desiredRegistry } from './desired';
import { withoutLeftovers, withRefusals } from './deviations';
import { DEVIATIONS, deviationsOf } from './identities';
import { Moto, startMoto } from './server';
import { deliver, RandomSource } from './walk';
import { difference, readRegistry, Registry } from '../../demo/registry-reader';
import { type RecordKey } from '../../src/record/record';
import { pacedIot } from '../../src/runtime/paced-iot';
import { keyOf } from '../kinds/keys';
import { Destination, Item, record } from '../replicator/harness';
import { Random } from '../simulation/random';

/**
 * The real consumers and the real IoT client against a registry that nobody here wrote: moto. After each step the registry, read through the
 * SDK, is what the records say.
 */

const SEQUENCES = 60;
/** Of each. */
const RECORDS = 40;
/** Repeats a run: MOTO_SEED=<number>. */
const SEED = Number(process.env.MOTO_SEED ?? 20_261_123);
/** What the first use takes, when a virtual environment is made for it. */
const INSTALLATION_MILLIS = 300_000;

let moto: Moto;
beforeAll(async () => { moto = await startMoto(); }, INSTALLATION_MILLIS);
afterAll(async () => moto?.stop());
beforeEach(async () => moto.reset());

type Consumer = 'stream' | 'retry';

test('certificates and policies of the simulation are as in moto, but where that is known to differ', async () => {
  expect(await deviationsOf(moto.client)).toEqual(DEVIATIONS);
});

/** A destination whose registry is moto. */
class MotoDestination extends Destination {
  constructor(private readonly consumer: Consumer, refusing: boolean) {
    // Paced as the functions are; the SDK's own attempts are left out, for what moto does not know does not pass.
    const paced = pacedIot((config) => new IoTClient({ ...config, ...moto.clientConfig }));
    super({ iot: refusing ? withRefusals(paced) : paced });
  }

  /** Writes the records and has them applied, whatever can't be yet included. */
  public async settle(...items: Item[]): Promise<void> {
    await this.attempt(...items);
    await this.drain();
    expect(this.deadLetters).toEqual([]);
  }

  /** Writes the records and has the consumer try to apply them once. */
  public async attempt(...items: Item[]): Promise<void> {
    const records = this.write(...items);
    const answer = this.consumer === 'stream' ? await this.stream(records) : await this.retry(...items.map(({ pk, sk }) => ({ pk, sk })));
    expect(answer).toEqual({ batchItemFailures: [] });
  }

  /** Writes the records, has them applied, and compares. */
  public async replicated(...items: Item[]): Promise<void> {
    await this.settle(...items);
    await this.expectLevel();
  }

  public async expectLevel(read: (registry: Registry) => Registry = (registry) => registry): Promise<void> {
    expect(difference(desiredRegistry(this.items), read(await readRegistry(moto.client)), ['the records', 'moto'])).toEqual([]);
  }
}

describe.each([
  ['as it is', false],
  ['with the refusals of creations and deletions that AWS documents and it lacks', true],
] as const)('moto %s', (_, refusing) => {
  describe.each(['stream', 'retry'] as const)('through the %s consumer', (consumer) => {
    let destination: MotoDestination;
    beforeEach(() => { destination = new MotoDestination(consumer, refusing); });

    /** What waits is parked; the one message on the queue looks for what it waits for. */
    const expectWatched = (key: RecordKey) => expect(destination.retries).toMatchObject([{ message: key, delaySeconds: 20 }]);

    describe('thing', () => {
      test('created, updated, cleared, given a type, another, none; deleted', async () => {
        await destination.replicated(record.type('light'), record.type('tube', { searchableAttributes: ['a'] }));
        await destination.replicated(record.thing('lamp', { attributes: { a: '1', b: '2' } }));
        await destination.replicated(record.thing('lamp', { attributes: { a: '2', c: '3' } }, { version: 2 }));
        await destination.replicated(record.thing('lamp', {}, { version: 3 }));
        await destination.replicated(record.thing('lamp', { thingTypeName: 'light' }, { version: 4 }));
        await destination.replicated(record.thing('lamp', { thingTypeName: 'tube', attributes: { a: '1' } }, { version: 5 }));
        await destination.replicated(record.thing('lamp', { attributes: { a: '1' } }, { version: 6 }));
        await destination.replicated(record.deletedThing('lamp', { version: 6 }));
      });

      test('of every character that AWS allows', async () => {
        const name = 'Lamp:1_b-C';
        await destination.replicated(record.type(name), record.group(name), record.thing(name, { thingTypeName: name, attributes: { 'a.b,c@d/e:f#g-h': 'a.b,c@d/e:f#g=[h]-i' } }), record.membership(name, name));
        await destination.replicated(record.thing(name, { thingTypeName: name }, { version: 2 }), record.membership(name, name, { removed: true }));
        await destination.replicated(record.deletedThing(name), record.deletedGroup(name));
      });

      test('that somebody else has created differently is made equal', async () => {
        await moto.client.send(new CreateThingCommand({ thingName: 'lamp', attributePayload: { attributes: { mine: '1' } } }));
        await destination.replicated(record.thing('lamp', { attributes: { yours: '2' } }));
      });

      test('that somebody else has deleted comes back with its next change', async () => {
        await destination.replicated(record.thing('lamp', { attributes: { a: '1' } }));
        await moto.client.send(new DeleteThingCommand({ thingName: 'lamp' }));
        await destination.replicated(record.thing('lamp', { attributes: { a: '2' } }, { version: 2 }));
      });

      test('waits for its type', async () => {
        await destination.attempt(record.thing('lamp', { thingTypeName: 'light' }));
        expectWatched(keyOf.type('light'));
        await destination.replicated(record.type('light'));
      });

      test('deleted with principals attached: they are detached, and the certificates stay', async () => {
        await destination.replicated(record.thing('lamp'), record.thing('fan'));
        const principals = await Promise.all([1, 2].map(async () => (await moto.client.send(new CreateKeysAndCertificateCommand({ setAsActive: true }))).certificateArn!));
        for (const principal of principals) {
          for (const thingName of ['lamp', 'fan']) await moto.client.send(new AttachThingPrincipalCommand({ thingName, principal }));
        }
        await destination.attempt(record.deletedThing('lamp'));
        expect(destination.retries).toHaveLength(1);
        await destination.drain();
        await destination.expectLevel();
        for (const principal of principals) expect((await moto.client.send(new ListPrincipalThingsCommand({ principal }))).things).toEqual(['fan']);
      });

      test('deleted although it is gone, which moto answers with "not found" and AWS with success', async () => {
        await destination.replicated(record.thing('lamp'));
        await moto.client.send(new DeleteThingCommand({ thingName: 'lamp' }));
        await destination.replicated(record.deletedThing('lamp'));
      });

      test('re-created: a late tombstone leaves it alone', async () => {
        const records = destination.write(record.thing('lamp', { attributes: { a: '1' } }, { incarnation: 'old' }), record.deletedThing('lamp', { incarnation: 'old' }), record.thing('lamp', { attributes: { a: '2' } }, { incarnation: 'new' }));
        await destination.retry(keyOf.thing('lamp'));
        await destination.expectLevel();
        await destination.stream([records[1]]);
        await destination.expectLevel();
        for (const each of records) await destination.stream([each]);
        await destination.drain();
        await destination.expectLevel();
      });

      test('re-created: it is in none of the groups of the one before, which moto leaves in their members', async () => {
        await destination.replicated(record.group('house'), record.group('garden'), record.thing('lamp', {}, { incarnation: 'old' }), record.membership('lamp', 'house', { thingId: 'old' }));
        await destination.settle(record.deletedThing('lamp', { incarnation: 'old' }));
        await destination.replicated(record.thing('lamp', {}, { incarnation: 'new' }), record.membership('lamp', 'garden', { thingId: 'new' }));
      });
    });

    describe('group', () => {
      test('a tree of five levels, in any order', async () => {
        const names = ['a', 'b', 'c', 'd', 'e'];
        await destination.replicated(...names.map((name, depth) => record.group(name, { path: names.slice(0, depth), attributes: { depth: String(depth) } })).reverse());
      });

      test('waits for its parent, whose absence is a fault of moto\'s own (500, in HTML) and not an error of the API', async () => {
        await destination.attempt(record.group('room', { path: ['house'], description: 'd' }));
        // As a gateway's fault it is throttled, which has no end, and not waiting.
        expect(destination.retries).toMatchObject([{ message: keyOf.group('room'), delaySeconds: 1 }]);
        expect(destination.retries[0].message.waitingSince).toBeUndefined();
        await destination.replicated(record.group('house'));
      });

      test('updated; its description cleared', async () => {
        await destination.replicated(record.group('house', { description: 'd', attributes: { a: '1', b: '2' } }));
        await destination.replicated(record.group('house', { description: 'e', attributes: { a: '2', c: '3' } }, { version: 2 }));
        await destination.replicated(record.group('house', { attributes: { a: '2', c: '3' } }, { version: 3 }));
      });

      test('all its attributes cleared, but for the names, which moto keeps with an empty value', async () => {
        await destination.replicated(record.group('house', { attributes: { a: '1', b: '2' } }));
        await destination.settle(record.group('house', {}, { version: 2 }));
        expect((await readRegistry(moto.client)).groups.house.attributes).toEqual({ a: '', b: '' });
        await destination.expectLevel(withoutLeftovers);
        await destination.replicated(record.group('house', { attributes: { b: '3' } }, { version: 3 }));
      });

      test('moved to another parent, with what is below and in it, which takes a new one', async () => {
        await destination.replicated(
          record.group('a'), record.group('b'), record.group('room', { path: ['a'] }, { incarnation: 'r1' }), record.group('desk', { path: ['a', 'room'] }, { incarnation: 'd1' }),
          record.thing('lamp'), record.membership('lamp', 'room', { groupId: 'r1' }), record.membership('lamp', 'desk', { groupId: 'd1' }),
        );
        await destination.attempt(record.group('room', { path: ['b'] }, { incarnation: 'r2' }), record.membership('lamp', 'room', { groupId: 'r2' }));
        // Its child is still there.
        expect(destination.retries.map(({ message }) => message)).toContainEqual(expect.objectContaining({ ...keyOf.group('room'), waitingSince: destination.now }));
        await destination.replicated(record.group('desk', { path: ['b', 'room'] }, { incarnation: 'd2' }), record.membership('lamp', 'desk', { groupId: 'd2' }));
      });

      test('that somebody else has put under another parent, which moto takes for the same, moves to its own', async () => {
        await destination.replicated(record.group('a'), record.group('b'));
        await moto.client.send(new CreateThingGroupCommand({ thingGroupName: 'room', parentGroupName: 'a', thingGroupProperties: { attributePayload: { attributes: {} } } }));
        await destination.replicated(record.group('room', { path: ['b'] }));
      });

      test('a root that somebody else has put under a parent, which moto takes for the same: it is moved', async () => {
        await destination.replicated(record.group('a'));
        for (const { name, description } of [{ name: 'room', description: undefined }, { name: 'hall', description: 'd' }]) {
          await moto.client.send(new CreateThingGroupCommand({ thingGroupName: name, parentGroupName: 'a', thingGroupProperties: { attributePayload: { attributes: {} } } }));
          await destination.settle(record.group(name, { description }));
        }
        const { room, hall } = (await readRegistry(moto.client)).groups;
        expect([room.path, hall.path]).toEqual([[], []]);
        await destination.drain();
        await destination.expectLevel();
      });

      test('that somebody else has created differently is made equal', async () => {
        await moto.client.send(new CreateThingGroupCommand({ thingGroupName: 'house', thingGroupProperties: { thingGroupDescription: 'mine' } }));
        await destination.replicated(record.group('house', { description: 'yours', attributes: { a: '1' } }));
      });

      test('deleted with its members, children first', async () => {
        await destination.replicated(record.group('house'), record.group('room', { path: ['house'] }), record.thing('lamp'), record.membership('lamp', 'room'));
        await destination.replicated(record.deletedGroup('room', { path: ['house'] }));
        await destination.replicated(record.deletedGroup('house'));
      });

      test('deleted children last: it waits for them', async () => {
        await destination.replicated(record.group('house'), record.group('room', { path: ['house'] }));
        await destination.attempt(record.deletedGroup('house'));
        expect(destination.retries).toMatchObject([{ message: { ...keyOf.group('house'), waitingSince: destination.now } }]);
        await destination.replicated(record.deletedGroup('room', { path: ['house'] }));
      });

      test('that became a dynamic one goes, and so do its members', async () => {
        await destination.replicated(record.group('hot'), record.thing('lamp'), record.membership('lamp', 'hot'));
        await destination.replicated(record.deletedGroup('hot'), record.group('hot', { dynamic: true }, { incarnation: 'dynamic' }), record.membership('lamp', 'hot', { groupId: 'dynamic' }));
        expect((await readRegistry(moto.client)).groups).toEqual({});
      });
    });

    describe('type', () => {
      test('created, deprecated, undeprecated, deprecated, deleted', async () => {
        const state = { description: 'd', searchableAttributes: ['a', 'b'], propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }, { userPropertyKey: 'l', connectionAttribute: 'iot:ClientId' }] };
        await destination.replicated(record.type('light', state));
        for (const deprecated of [true, false, true]) await destination.replicated(record.type('light', { ...state, deprecated }, { version: 2 }));
        await destination.replicated(record.deletedType('light'));
      });

      test('deleted although it was not deprecated yet, and although it is gone', async () => {
        await destination.replicated(record.type('light'));
        await destination.replicated(record.deletedType('light'));
        await destination.settle();
        await destination.retry(keyOf.type('light'));
        await destination.drain();
        await destination.expectLevel();
      });

      test('replaced by one with other searchable attributes while things have it: they have it again afterwards', async () => {
        const lamps = (version: number) => ['a', 'b', 'c'].map((name) => record.thing(name, { thingTypeName: 'light', attributes: { n: String(version) } }, { version }));
        await destination.replicated(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'old' }), ...lamps(1));
        await destination.replicated(record.type('light', { searchableAttributes: ['b'], description: 'd' }, { incarnation: 'new' }), ...lamps(2));
      });

      test('a thing of a deprecated one comes, is updated (which moto refuses too), and the type is deprecated again', async () => {
        await destination.replicated(record.type('light'), record.type('light', { deprecated: true }, { version: 2 }));
        for (const [version, attributes] of ([{ a: '1' }, { a: '2' }, {}] as Record<string, string>[]).entries()) {
          await destination.attempt(record.thing('lamp', { thingTypeName: 'light', attributes }, { version: version + 1 }));
          await destination.expectLevel();
          // Queued lest a crash leaves it undeprecated.
          expect(destination.retries.filter(({ message }) => !message.looksAgain)).toMatchObject([{ message: keyOf.type('light') }]);
          await destination.drain();
          await destination.expectLevel();
        }
      });
    });

    describe('membership', () => {
      beforeEach(async () => destination.settle(record.thing('lamp'), record.group('house'), record.group('room', { path: ['house'] })));

      test('added, removed, added again, each of it twice', async () => {
        for (const removed of [false, true, false]) {
          await destination.replicated(record.membership('lamp', 'room', { removed }), record.membership('lamp', 'house', { removed: !removed }));
          await destination.retry(keyOf.membership('lamp', 'room'), keyOf.membership('lamp', 'house'));
          await destination.expectLevel();
        }
      });

      test('waits for its thing and for its group', async () => {
        const membership = record.membership('fan', 'garden');
        await destination.attempt(membership);
        expectWatched(keyOf.group('garden'));
        await destination.attempt(record.thing('fan'));
        expect(destination.retries.map(({ message: { pk, sk } }) => ({ pk, sk }))).toContainEqual(keyOf.group('garden'));
        await destination.replicated(record.group('garden'));
        expect((await readRegistry(moto.client)).groups.garden.members).toEqual(['fan']);
      });

      test('stale, for its thing was re-created: taken away', async () => {
        const stale = record.membership('lamp', 'house', { thingId: 'old' });
        await destination.settle(record.thing('lamp', {}, { incarnation: 'new' }));
        await moto.client.send(new AddThingToThingGroupCommand({ thingName: 'lamp', thingGroupName: 'house' }));
        await destination.replicated(stale);
      });

      test('stale, for its group was re-created: taken away', async () => {
        const stale = record.membership('lamp', 'room', { groupId: 'old' });
        await destination.settle(record.group('room', { path: ['house'] }, { incarnation: 'new' }));
        await moto.client.send(new AddThingToThingGroupCommand({ thingName: 'lamp', thingGroupName: 'room' }));
        await destination.replicated(stale);
      });

      test('stale, for its thing or its group has gone: nothing to wait for', async () => {
        await destination.settle(record.deletedThing('lamp'), record.deletedGroup('room', { path: ['house'] }), record.thing('fan'));
        await destination.attempt(record.membership('lamp', 'house'), record.membership('fan', 'room'));
        expect(destination.retries).toEqual([]);
        await destination.expectLevel();
      });
    });

    if (refusing) {
      test('a type that things still have: its deletion waits for them', async () => {
        await destination.replicated(record.type('light'), record.thing('lamp', { thingTypeName: 'light' }));
        await destination.attempt(record.deletedType('light'));
        expect(destination.retries).toMatchObject([{ message: { ...keyOf.type('light'), waitingSince: destination.now } }]);
        await destination.replicated(record.deletedThing('lamp'));
      });

      test('what a type propagates can\'t change, for moto has no UpdateThingType: the key is kept, and is no dead letter', async () => {
        await destination.replicated(record.type('light'));
        await destination.attempt(record.type('light', { propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }] }, { version: 2 }));
        expect(destination.retries).toMatchObject([{ message: keyOf.type('light'), delaySeconds: 1 }]);
        expect(destination.deadLetters).toEqual([]);
      });
    } else {
      test('what a type propagates changes, by an overwriting creation, for moto has no UpdateThingType', async () => {
        await destination.replicated(record.type('light', { propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'a' }] }));
        await destination.replicated(record.type('light', { propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute: 'b' }] }, { version: 2 }));
        await destination.replicated(record.type('light', {}, { version: 2 }));
      });
    }
  });

  test('things and types of more than one page, replaced and deleted', async () => {
    const destination = new MotoDestination('stream', refusing);
    const names = Array.from({ length: 260 }, (__, i) => `lamp${i}`);
    await destination.replicated(record.type('light'), ...names.map((name) => record.thing(name, { thingTypeName: 'light' })));
    await destination.replicated(record.type('light', { searchableAttributes: ['a'] }, { incarnation: 'new' }));
    await destination.replicated(...names.map((name) => record.deletedThing(name)), ...names.map((name) => record.type(name)));
  }, 180_000);

  describe(`random records, seed ${SEED} (MOTO_SEED)`, () => {
    test.each(Array.from({ length: SEQUENCES }, (__, i) => i))('sequence %i', async (sequence) => {
      const random = new Random(SEED + sequence);
      const destination = new MotoDestination('stream', refusing);
      // With its creations refused, nothing in moto changes what a type propagates.
      const items = new RandomSource(random.fork(), !refusing).records(RECORDS);
      await deliver(items, destination, random);
      expect(destination.deadLetters).toEqual([]);
      await destination.expectLevel(withoutLeftovers);
    });
  });
});

/** If one of these fails, moto has come closer to AWS, and what rests on it above can say more. */
describe('the differences between moto and AWS, which limit what this shows', () => {
  const type = (thingTypeName: string, searchableAttributes: string[] = []) => moto.client.send(new CreateThingTypeCommand({ thingTypeName, thingTypeProperties: { searchableAttributes } }));
  const thing = (thingName: string, thingTypeName?: string, attributes = {}) => moto.client.send(new CreateThingCommand({ thingName, thingTypeName, attributePayload: { attributes } }));
  const group = (thingGroupName: string, parentGroupName?: string) => moto.client.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName, thingGroupProperties: {} }));
  const join = (thingName: string, thingGroupName: string) => moto.client.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
  const fault = expect.objectContaining({ $metadata: expect.objectContaining({ httpStatusCode: 500 }) as unknown }) as unknown;

  test('CreateThing overwrites', async () => {
    await thing('lamp', undefined, { a: '1' });
    await thing('lamp', undefined, { b: '2' });
    expect((await moto.client.send(new DescribeThingCommand({ thingName: 'lamp' }))).attributes).toEqual({ b: '2' });
  });

  test('CreateThingType overwrites', async () => {
    await type('light', ['a']);
    await type('light', ['b']);
    expect((await moto.client.send(new DescribeThingTypeCommand({ thingTypeName: 'light' }))).thingTypeProperties).toMatchObject({ searchableAttributes: ['b'] });
  });

  test('DeleteThingType asks for no deprecation, no five minutes, and no absence of things', async () => {
    await type('light');
    await thing('lamp', 'light');
    await moto.client.send(new DeleteThingTypeCommand({ thingTypeName: 'light' }));
    expect((await readRegistry(moto.client)).types).toEqual({});
  });

  test('no UpdateThingType', async () => {
    await type('light');
    await expect(moto.client.send(new UpdateThingTypeCommand({ thingTypeName: 'light', thingTypeProperties: { mqtt5Configuration: { propagatingAttributes: [] } } }))).rejects.toEqual(fault);
  });

  test('no dynamic groups', async () => {
    await expect(moto.client.send(new CreateDynamicThingGroupCommand({ thingGroupName: 'hot', queryString: 'attributes.a:1' }))).rejects.toEqual(fault);
  });

  test('a missing parent group is a fault', async () => {
    await expect(group('room', 'house')).rejects.toEqual(fault);
  });

  test('a group with the same properties under another parent is the same', async () => {
    await group('a');
    await group('room', 'a');
    await group('room');
    expect((await moto.client.send(new DescribeThingGroupCommand({ thingGroupName: 'room' }))).thingGroupMetadata?.parentGroupName).toBe('a');
  });

  test('empty values of a group\'s attributes are kept', async () => {
    await group('house');
    await moto.client.send(new UpdateThingGroupCommand({ thingGroupName: 'house', thingGroupProperties: { attributePayload: { attributes: { a: '' } } } }));
    expect((await readRegistry(moto.client)).groups.house.attributes).toEqual({ a: '' });
  });

  test('a deleted thing stays in its groups', async () => {
    await thing('lamp');
    await group('house');
    await join('lamp', 'house');
    await moto.client.send(new DeleteThingCommand({ thingName: 'lamp' }));
    expect((await moto.client.send(new ListThingsInThingGroupCommand({ thingGroupName: 'house' }))).things).toEqual(['lamp']);
  });

  test('no limits: attributes without a type, groups per thing and per hierarchy, levels', async () => {
    await thing('lamp', undefined, { a: '1', b: '2', c: '3', d: '4' });
    for (let level = 0; level < 12; level++) {
      await group(`g${level}`, level > 0 ? `g${level - 1}` : undefined);
      await join('lamp', `g${level}`);
    }
    expect(Object.keys((await readRegistry(moto.client)).groups)).toHaveLength(12);
  });

  test('no pages of groups and members', async () => {
    for (let i = 0; i < 3; i++) await group(`g${i}`);
    for (let i = 0; i < 3; i++) {
      await thing(`t${i}`);
      await join(`t${i}`, 'g0');
    }
    expect((await moto.client.send(new ListThingsInThingGroupCommand({ thingGroupName: 'g0', maxResults: 1 }))).things).toHaveLength(3);
  });
});
