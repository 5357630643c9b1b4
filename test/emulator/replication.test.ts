import { AttributeValue, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AddThingToThingGroupCommand, AttachThingPrincipalCommand, CreateKeysAndCertificateCommand, CreateThingCommand, CreateThingGroupCommand, CreateThingTypeCommand,
  DeleteThingCommand, DeleteThingGroupCommand, DeprecateThingTypeCommand, DescribeEventConfigurationsCommand, RemoveThingFromThingGroupCommand, UpdateThingGroupCommand,
} from '@aws-sdk/client-iot';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { commandLineTests } from './command-line';
import { deadLetterTests } from './dead-letters';
import { driftTests } from './drift';
import { forgedTests } from './forged';
import { identityTests } from './identity-replication';
import { PLAIN, ROUTED } from './names';
import { permissionTests } from './permissions';
import { statusTests } from './status';
import { sweepTests } from './sweep';
import { World } from './world';
import { Registry } from '../../demo/registry-reader';
import { fleetScenario, play } from '../../demo/scenario';
import { waitFor } from '../../emulator/waiting';

/**
 * The whole chain, deployed by the real CLI from the packed library to the emulator, IAM enforced.
 *
 * The tests share one deployment and keep out of each other's way by their names; after each, both registries are equal.
 */
let world: World;

// Longer than what a test waits for: what it waits for in vain it has to say itself.
jest.setTimeout(180_000);

beforeAll(async () => {
  world = await World.create();
}, 300_000);

afterAll(async () => {
  await world?.stop();
});

describe('the deployment', () => {
  test('switches the needed events on and leaves everybody else\'s as they were', async () => {
    const { eventConfigurations } = await world.source.iot.send(new DescribeEventConfigurationsCommand({}));
    const on = Object.entries(eventConfigurations!).filter(([, { Enabled }]) => Enabled).map(([type]) => type).sort();
    expect(on).toEqual(['JOB', 'THING', 'THING_GROUP', 'THING_GROUP_MEMBERSHIP', 'THING_TYPE']);
  });
});

describe('a sweep', () => {
  sweepTests(() => world);
});

describe('identities', () => {
  identityTests(() => world);
});

describe('the status', () => {
  statusTests(() => world);
});

describe('the command line', () => {
  commandLineTests(() => world);
});

describe('what changes in the source changes in the destination', () => {
  afterEach(async () => {
    expect(await world.differences()).toEqual([]);
  });

  test('the life of a fleet: types, a tree of groups, 25 things, memberships, updates, removals, re-creations, deletions', async () => {
    const latencies = await play(fleetScenario({ prefix: 'fleet-', deleteType: true }), world.source.iot, world.destination.iot);
    expect(latencies.length).toBeGreaterThan(90);
  }, 120_000);

  test('a tree of seven levels, made at once and deleted children first', async () => {
    const tree = ['l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7'].map((each) => `tree-${each}`);
    for (const [depth, thingGroupName] of tree.entries()) {
      await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName: tree[depth - 1] }));
    }
    const { groups } = await world.destination.registryOnce((registry) => tree[6] in registry.groups);
    expect(groups[tree[6]].path).toEqual(tree.slice(0, 6));
    for (const thingGroupName of [...tree].reverse()) await world.source.iot.send(new DeleteThingGroupCommand({ thingGroupName }));
    const after = await world.destination.registryOnce((registry) => !(tree[0] in registry.groups));
    expect(Object.keys(after.groups).filter((name) => name.startsWith('tree-'))).toEqual([]);
  });

  test('description and attributes of a group can be cleared', async () => {
    const thingGroupName = 'cleared-group';
    const thingGroupProperties = { thingGroupDescription: 'd', attributePayload: { attributes: { a: '1', b: '2' } } };
    await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName, thingGroupProperties }));
    await world.destination.registryOnce((registry) => registry.groups[thingGroupName]?.description === 'd');
    const cleared = { thingGroupDescription: '', attributePayload: { attributes: { a: '', b: '' }, merge: false } };
    await world.source.iot.send(new UpdateThingGroupCommand({ thingGroupName, thingGroupProperties: cleared }));
    const { groups } = await world.destination.registryOnce((registry) => thingGroupName in registry.groups && !registry.groups[thingGroupName].description);
    expect(groups[thingGroupName]).toEqual({ path: [], attributes: {}, members: [] });
  });

  test('a group that is re-created under another parent moves', async () => {
    for (const thingGroupName of ['move-a', 'move-b']) await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName: 'move-child', parentGroupName: 'move-a' }));
    await world.destination.registryOnce((registry) => 'move-child' in registry.groups);
    await world.source.iot.send(new DeleteThingGroupCommand({ thingGroupName: 'move-child' }));
    await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName: 'move-child', parentGroupName: 'move-b' }));
    const { groups } = await world.destination.registryOnce((registry) => registry.groups['move-child']?.path[0] === 'move-b');
    expect(groups['move-child'].path).toEqual(['move-b']);
  });

  test('deleted and created again with the same name, fast, ten times: the last incarnation, with only its own memberships', async () => {
    const thingName = 'phoenix';
    for (const thingGroupName of ['nest-even', 'nest-odd']) await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    for (let life = 0; life < 10; life++) {
      if (life > 0) await world.source.iot.send(new DeleteThingCommand({ thingName }));
      await world.source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { life: String(life) } } }));
      await world.source.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: life % 2 ? 'nest-odd' : 'nest-even' }));
    }
    const { things, groups } = await world.destination.registryOnce((registry) => registry.things[thingName]?.attributes.life === '9' && registry.groups['nest-odd']?.members.length === 1 && registry.groups['nest-even']?.members.length === 0);
    expect(things[thingName].attributes).toEqual({ life: '9' });
    expect([groups['nest-odd'].members, groups['nest-even'].members]).toEqual([[thingName], []]);
  });

  test('a thing is deleted even where a principal is attached in the destination', async () => {
    const thingName = 'connected';
    await world.source.iot.send(new CreateThingCommand({ thingName }));
    await world.destination.registryOnce((registry) => thingName in registry.things);
    const { certificateArn } = await world.destination.iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    await world.destination.iot.send(new AttachThingPrincipalCommand({ thingName, principal: certificateArn }));
    await world.source.iot.send(new DeleteThingCommand({ thingName }));
    const { things } = await world.destination.registryOnce((registry) => !(thingName in registry.things));
    expect(things).not.toHaveProperty(thingName);
  });

  test('a type is deprecated and undeprecated; things of it arrive before, between and after', async () => {
    const thingTypeName = 'fading';
    await world.source.iot.send(new CreateThingTypeCommand({ thingTypeName, thingTypeProperties: { thingTypeDescription: 'd', searchableAttributes: ['a', 'b'] } }));
    await world.source.iot.send(new CreateThingCommand({ thingName: 'fading-1', thingTypeName }));
    await world.source.iot.send(new DeprecateThingTypeCommand({ thingTypeName }));
    const between = await world.destination.registryOnce((registry) => registry.types[thingTypeName]?.deprecated && 'fading-1' in registry.things);
    expect([between.types[thingTypeName].deprecated, between.things['fading-1'].thingTypeName]).toEqual([true, thingTypeName]);
    await world.source.iot.send(new DeprecateThingTypeCommand({ thingTypeName, undoDeprecate: true }));
    await world.source.iot.send(new CreateThingCommand({ thingName: 'fading-2', thingTypeName }));
    const after = await world.destination.registryOnce((registry) => registry.types[thingTypeName]?.deprecated === false && 'fading-2' in registry.things);
    expect(after.types[thingTypeName]).toMatchObject({ deprecated: false, description: 'd', searchableAttributes: ['a', 'b'] });
    expect(after.things['fading-2'].thingTypeName).toBe(thingTypeName);
    // A key that safeguards a type that was opened for a thing comes back after five minutes, and finds nothing to do.
    await world.destination.purge(`${PLAIN.name}-retry`);
  });

  test('names, attributes and texts that are something else to somebody on the way arrive as they are, and go', async () => {
    const { iot } = world.source;
    const names = ['__proto__', 'constructor', 'toString', 'thing:group', ':', '-', 'null', '00012', 'aws:', 'n'.repeat(128)];
    const attributes = Object.fromEntries([['__proto__', '1'], ['constructor', 'null'], ['..', '[a]=b'], ['#pk', '__proto__'], ['a'.repeat(128), 'v'.repeat(800)], [':timestamp', '1e400'], ['a/b@c,d', '-']]);
    const texts = ['{% $x %}', '${y} "\\', '\'', 'Größe 温度 😀', '{"a":1}', '</script>', ' ', '%00', '/* a */', 'd'.repeat(2_028)];
    await iot.send(new CreateThingTypeCommand({
      thingTypeName: '__proto__',
      thingTypeProperties: {
        thingTypeDescription: texts[0],
        searchableAttributes: ['__proto__', 'constructor', '..'],
        mqtt5Configuration: { propagatingAttributes: [{ userPropertyKey: '$.toString', thingAttribute: '__proto__' }, { userPropertyKey: 'k'.repeat(128), connectionAttribute: 'iot:ClientId' }] },
      },
    }));
    for (const [i, name] of names.entries()) {
      const thingGroupProperties = { thingGroupDescription: texts[i], attributePayload: { attributes } };
      await iot.send(new CreateThingGroupCommand({ thingGroupName: name, thingGroupProperties }));
      await iot.send(new CreateThingCommand({ thingName: name, thingTypeName: '__proto__', attributePayload: { attributes } }));
      await iot.send(new AddThingToThingGroupCommand({ thingName: name, thingGroupName: name }));
    }
    const isThere = ({ groups }: Registry) => names.every((name) => Object.hasOwn(groups, name) && groups[name].members.length === 1);
    const { things, groups, types } = await world.destination.registryOnce((registry) => isThere(registry) && names.every((name) => Object.hasOwn(registry.things, name)));
    expect(Object.keys(things)).toEqual(expect.arrayContaining(names));
    for (const [i, name] of names.entries()) {
      expect(Object.entries(things[name].attributes).sort()).toEqual(Object.entries(attributes).sort());
      expect([groups[name].description, groups[name].members]).toEqual([texts[i], [name]]);
    }
    expect(Object.entries(types).find(([name]) => name === '__proto__')![1]).toMatchObject({ searchableAttributes: ['..', '__proto__', 'constructor'], description: texts[0] });
    for (const name of names) {
      await iot.send(new DeleteThingCommand({ thingName: name }));
      await iot.send(new DeleteThingGroupCommand({ thingGroupName: name }));
    }
    const after = await world.destination.registryOnce((registry) => names.every((name) => !Object.hasOwn(registry.things, name) && !Object.hasOwn(registry.groups, name)));
    expect(names.filter((name) => Object.hasOwn(after.things, name) || Object.hasOwn(after.groups, name))).toEqual([]);
  }, 60_000);

  test('a thing moves between groups', async () => {
    const thingName = 'wanderer';
    await world.source.iot.send(new CreateThingCommand({ thingName }));
    for (const thingGroupName of ['inn-a', 'inn-b']) await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName }));
    await world.source.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: 'inn-a' }));
    await world.source.iot.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName: 'inn-a' }));
    await world.source.iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: 'inn-b' }));
    const { groups } = await world.destination.registryOnce((registry) => registry.groups['inn-b']?.members.length === 1 && registry.groups['inn-a']?.members.length === 0);
    expect([groups['inn-a'].members, groups['inn-b'].members]).toEqual([[], [thingName]]);
  });
});

describe('an odd event', () => {
  const good = { eventType: 'THING_EVENT', eventId: 'e', timestamp: 1, operation: 'CREATED', thingId: 'i', thingName: 'odd', versionNumber: 1, thingTypeName: null, attributes: {} };

  test.each<[string, object | string | number, string]>([
    ['of an unknown type', { ...good, eventType: 'UNHEARD_OF' }, 'eventType: expected the type of a registry event, got one of type string'],
    ['without an id', { ...good, thingId: undefined }, 'thingId: expected an id of 1 to 128 letters, digits, colons, underscores and hyphens, got nothing'],
    ['with mistyped fields', { ...good, versionNumber: '1', attributes: { a: 1 } }, 'versionNumber: expected a whole number from 0 to 9007199254740991, got one of type string; attributes: expected a map of strings or null, got one of type object'],
    ['with an attribute that is null', { ...good, attributes: { a: null } }, 'attributes: expected a map of strings or null, got one of type object'],
    ['of the future', { ...good, timestamp: 4_102_444_800_000 }, 'timestamp: expected a whole number of milliseconds from 0 to 5 minutes after the start of the execution, got one of type number'],
    ['with a name that is none', { ...good, thingName: 'odd#name\n' }, 'thingName: expected a name of 1 to 128 letters, digits, colons, underscores and hyphens, got one of type string'],
    ['that is no object', [1, 2], 'eventType: expected the type of a registry event, got nothing'],
  ])('%s is dead-lettered with the reason and as it was', async (_, event, reason) => {
    const sent = JSON.parse(JSON.stringify(event)) as unknown;
    await world.publish('$aws/events/thing/odd/created', JSON.stringify(event));
    const letter = await world.source.letter(`${PLAIN.name}-dead-letters`, (body) => JSON.stringify(body.event) === JSON.stringify(sent));
    expect(letter).toMatchObject({ class: 'rejected', error: 'InvalidEvent', reason });
    expect(Date.parse(letter.time as string)).toBeGreaterThan(Date.now() - 600_000);
  });

  test('that is not JSON is dead-lettered by its rule, with the payload', async () => {
    await world.publish('$aws/events/thing/odd/created', 'this is not JSON {');
    const payload = Buffer.from('this is not JSON {').toString('base64');
    const letter = await world.source.letter(`${PLAIN.name}-dead-letters`, (body) => body.base64OriginalPayload === payload);
    expect(letter).toMatchObject({ failures: [expect.objectContaining({ errorMessage: expect.stringMatching(/./) })] });
  });

  test.each(['billinGroupName', 'billingGroupName'])('with %s, and an association event beside it, does no harm', async (field) => {
    const thingName = `odd-${field}`;
    await world.publish(`$aws/events/thing/${thingName}/created`, JSON.stringify({ eventType: 'THING_TYPE_ASSOCIATION_EVENT', operation: 'REMOVED', thingName, thingTypeName: 'x' }));
    await world.publish(`$aws/events/thing/${thingName}/created`, JSON.stringify({ ...good, thingName, [field]: 'bills' }));
    const { things } = await world.destination.registryOnce((registry) => thingName in registry.things);
    expect(things[thingName]).toEqual({ attributes: {} });
    // It was never in the source: taken away again, as its event came.
    await world.publish(`$aws/events/thing/${thingName}/deleted`, JSON.stringify({ ...good, thingName, operation: 'DELETED' }));
    expect(await world.differences()).toEqual([]);
  });
});

describe('what a destination can\'t apply', () => {
  const deadLetters = `${PLAIN.name}-dead-letters`;
  const retries = `${PLAIN.name}-retry`;
  const key = { pk: { S: 'thing#poison' }, sk: { S: 'thing' } };
  const poison = {
    ...key,
    incarnation: { S: 'i' },
    version: { N: '1' },
    timestamp: { N: '1' },
    deleted: { BOOL: false },
    sourceRegion: { S: PLAIN.source },
    eventId: { S: 'e' },
    state: { M: { attributes: { M: { v: { S: '1' } } } } },
  };
  const put = (item: Record<string, AttributeValue>) => world.dynamodb.send(new PutItemCommand({ TableName: PLAIN.name, Item: item }));

  test('a poison record is dead-lettered with its key and the reason, and the stream continues', async () => {
    await put({ ...key, state: { S: 'broken' } });
    await world.source.iot.send(new CreateThingCommand({ thingName: 'after-poison' }));
    const letter = await world.destination.letter(deadLetters, ({ pk }) => pk === 'thing#poison');
    expect(letter).toMatchObject({ sk: 'thing', class: 'rejected', error: 'UnknownRecordShape', reason: 'version: expected a number, got nothing' });
    expect((await world.destination.registryOnce((registry) => 'after-poison' in registry.things)).things).toHaveProperty('after-poison');

    await put({ ...poison, deleted: { BOOL: true }, timestamp: { N: '2' } });
    expect(await world.differences()).toEqual([]);
  });

  test('without its permission the replicator is refused, and it continues once it has it', async () => {
    const { Role } = await world.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${PLAIN.name}-replicator` }));
    const delayed = async () => {
      const { Attributes } = await world.destination.sqs.send(new GetQueueAttributesCommand({ QueueUrl: await world.destination.queueUrl(retries), AttributeNames: ['All'] }));
      return Number(Attributes!.ApproximateNumberOfMessages) + Number(Attributes!.ApproximateNumberOfMessagesDelayed) + Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
    };
    const { Role: retryRole } = await world.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${PLAIN.name}-retry` }));
    await world.whileRefused(Role!, 'iot:CreateThing', () => world.whileRefused(retryRole!, 'iot:CreateThing', async () => {
      await world.source.iot.send(new CreateThingCommand({ thingName: 'refused', attributePayload: { attributes: { v: '1' } } }));
      await expect(waitUntil(async () => await delayed() > 0)).resolves.toBe(true);
      expect((await world.destination.registry()).things).not.toHaveProperty('refused');
    }));
    const { things } = await world.destination.registryOnce((registry) => 'refused' in registry.things);
    expect(things.refused).toEqual({ attributes: { v: '1' } });
    expect(await world.differences()).toEqual([]);
  });
});

describe('a replication with prefixes, a router and RETAIN', () => {
  const name = (plain: string) => `${ROUTED.prefix}${plain}`;

  test('has what it lets pass, as the router wrote it, and nothing else', async () => {
    await world.source.iot.send(new CreateThingGroupCommand({ thingGroupName: name('hall') }));
    await world.source.iot.send(new CreateThingCommand({ thingName: name('private') }));
    await world.source.iot.send(new CreateThingCommand({ thingName: name('robot'), attributePayload: { attributes: { arm: 'left' } } }));
    await world.source.iot.send(new AddThingToThingGroupCommand({ thingName: name('robot'), thingGroupName: name('hall') }));
    const registry = await world.routed.registryOnce(({ groups }) => groups[name('hall')]?.members.length === 1);
    expect(registry).toEqual({
      types: {},
      things: { [name('robot')]: { attributes: { arm: 'left', routed: 'yes' } } },
      groups: { [name('hall')]: { path: [], attributes: { routed: 'yes' }, members: [name('robot')] } },
    });
  });

  test('keeps what is deleted in the source', async () => {
    await world.source.iot.send(new DeleteThingCommand({ thingName: name('robot') }));
    const tombstone = await waitUntil(async () => {
      const { Item } = await world.dynamodb.send(new GetItemCommand({ TableName: ROUTED.name, Key: { pk: { S: `thing#${name('robot')}` }, sk: { S: 'thing' } } }));
      return Item?.deleted.BOOL === true;
    });
    expect(tombstone).toBe(true);
    // The stream of the emulator has one shard: what comes later is applied later.
    await world.source.iot.send(new CreateThingCommand({ thingName: name('later') }));
    const { things } = await world.routed.registryOnce((registry) => name('later') in registry.things);
    expect(Object.keys(things).sort()).toEqual([name('later'), name('robot')]);
  });

  test('an answer of the router that makes no record is dead-lettered with the event', async () => {
    await world.source.iot.send(new CreateThingCommand({ thingName: name('broken') }));
    const letter = await world.source.letter(`${ROUTED.name}-dead-letters`, ({ event }) => (event as { thingName?: string } | undefined)?.thingName === name('broken'));
    expect(letter).toMatchObject({ class: 'rejected', error: 'InvalidRouterAnswer', reason: expect.stringContaining('attributes: expected a map of strings, got one of type string') });
  });
});

describe('dead letters', () => {
  deadLetterTests(() => world);
});

describe('somebody who may publish to every topic', () => {
  forgedTests(() => world);
});

describe('drift', () => {
  driftTests(() => world);
});

async function waitUntil(isSo: () => Promise<boolean>): Promise<boolean> {
  return await waitFor(async () => await isSo() || undefined, { boundMillis: 30_000 }) ?? false;
}

// Last, so that it shows if anything is left behind.
describe('permissions', () => {
  permissionTests(() => world);
});
