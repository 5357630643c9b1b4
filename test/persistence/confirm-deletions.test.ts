import validate from 'asl-validator';
import { execute, failing, GET, INVOKE, PUT, SEND } from './execution';
import { synthesizeWorkflow } from '../simulation/definition';

const SOURCE = 'arn:aws:iot:us-east-1:111122223333';
const DESCRIBE = { thing: 'aws-sdk:iot:describeThing', group: 'aws-sdk:iot:describeThingGroup', type: 'aws-sdk:iot:describeThingType', membership: 'aws-sdk:iot:listThingGroupsForThing' };
const common = { eventId: 'e', timestamp: 1234567890123, operation: 'DELETED' };
const EVENTS = {
  thing: { ...common, eventType: 'THING_EVENT', thingName: 'lamp', thingId: 'i', versionNumber: 1 },
  group: { ...common, eventType: 'THING_GROUP_EVENT', thingGroupName: 'hall', thingGroupId: 'i', versionNumber: 1 },
  type: { ...common, eventType: 'THING_TYPE_EVENT', thingTypeName: 'light', thingTypeId: 'i' },
  membership: {
    ...common, eventType: 'THING_GROUP_MEMBERSHIP_EVENT', operation: 'REMOVED', thingArn: `${SOURCE}:thing/lamp`, thingId: 't', groupArn: `${SOURCE}:thinggroup/hall`, groupId: 'g',
  },
};
const OBSERVED = {
  eventType: 'REPLICATION_OBSERVATION',
  kind: 'thing',
  record: { pk: 'thing#lamp', sk: 'thing', incarnation: 'i', version: 1, timestamp: common.timestamp, deleted: true, eventId: 'e', state: { attributes: {} } },
};
const groups = (...names: string[]) => ({ ThingGroups: names.map((GroupName) => ({ GroupName, GroupArn: `${SOURCE}:thinggroup/${GroupName}` })) });
const THERE = { thing: { ThingId: 'i' }, group: { ThingGroupId: 'i' }, type: { ThingTypeId: 'i' }, membership: groups('attic', 'hall') };
const ASKED = { thing: { ThingName: 'lamp' }, group: { ThingGroupName: 'hall' }, type: { ThingTypeName: 'light' }, membership: { ThingName: 'lamp', MaxResults: 250 } };
const KINDS = ['thing', 'group', 'type', 'membership'] as const;
const GONE = failing('Iot.ResourceNotFoundException');

type Kind = (typeof KINDS)[number];
const confirmed = (kind: Kind, answer: () => unknown, more: object = {}) => execute(EVENTS[kind], { [DESCRIBE[kind]]: answer, ...more }, { confirmDeletions: true });

test('the definition is a valid state machine', () => {
  for (const definition of Object.values(synthesizeWorkflow({ confirmDeletions: true, withRouter: true }))) expect(validate(definition).errors).toEqual([]);
});

describe.each(KINDS)('the deletion of a %s', (kind) => {
  test('is persisted once the registry does not have it: one call', async () => {
    const { output, resources, calls } = await confirmed(kind, GONE);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([DESCRIBE[kind], PUT]);
    expect(calls[0].taskArguments).toEqual(ASKED[kind]);
    expect(calls[1].taskArguments.Item).toMatchObject({ deleted: { BOOL: true } });
  });

  test('is a dead letter while the registry has it, and nothing is deleted', async () => {
    const { output, resources, letters } = await confirmed(kind, () => THERE[kind]);
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(resources).toEqual([DESCRIBE[kind], DESCRIBE[kind], SEND]);
    expect(letters).toMatchObject([{ class: 'rejected', error: 'NotDeleted', reason: `the ${kind} is still in the registry`, event: EVENTS[kind] }]);
  });

  test('is persisted when the first look was behind', async () => {
    let looks = 0;
    const { output, resources } = await confirmed(kind, () => (looks++ === 0 ? THERE[kind] : GONE()));
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([DESCRIBE[kind], DESCRIBE[kind], PUT]);
  });

  test('is not believed when nobody can be asked: a dead letter that can be started again', async () => {
    for (const [error, failureClass] of [['Iot.AccessDeniedException', 'rejected'], ['Iot.ThrottlingException', 'throttled'], ['States.Timeout', 'throttled']]) {
      const { resources, letters } = await confirmed(kind, failing(error));
      expect(resources).toEqual([DESCRIBE[kind], DESCRIBE[kind], SEND]);
      expect(letters).toMatchObject([{ class: failureClass, error }]);
    }
  });

  test('is looked for once more where a call fails once', async () => {
    let calls = 0;
    const once = failing('Iot.InternalFailureException', 1);
    const { output } = await confirmed(kind, () => { once(); calls++; return GONE(); });
    expect([output, calls]).toEqual([{ outcome: 'persisted' }, 1]);
  });
});

describe.each(['thing', 'group', 'type'] as const)('the deletion of a %s while the registry has another of that name', (kind) => {
  const [field] = Object.keys(THERE[kind]);
  const another = () => ({ [field]: 'another' });
  const stored = (incarnation: string, timestamp: number) => ({
    [GET]: () => ({ Item: { incarnation: { S: incarnation }, version: { N: '1' }, timestamp: { N: String(timestamp) }, eventId: { S: 'e' }, deleted: { BOOL: false } } }),
  });

  test('is persisted where the record is of that incarnation', async () => {
    const { output, resources, calls } = await confirmed(kind, another, stored('i', 1));
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([DESCRIBE[kind], GET, PUT]);
    expect(calls[2].taskArguments.Item).toMatchObject({ deleted: { BOOL: true }, incarnation: { S: 'i' } });
  });

  test('leaves no tombstone where nothing is stored: it would hide the creation of the other, whose event may be pending', async () => {
    const { output, resources } = await confirmed(kind, another);
    expect(output).toEqual({ outcome: 'stale' });
    expect(resources).toEqual([DESCRIBE[kind], GET]);
  });

  test('ends no other incarnation, whatever its time says: an id is easily made up', async () => {
    const { output, resources } = await confirmed(kind, another, stored('another', 1));
    expect(output).toEqual({ outcome: 'stale' });
    expect(resources).toEqual([DESCRIBE[kind], GET]);
  });

  test('ends no other incarnation past a router either', async () => {
    const answers = { [DESCRIBE[kind]]: another, [INVOKE]: () => ({ Payload: { replicate: true } }), ...stored('another', 1) };
    const { output, resources } = await execute(EVENTS[kind], answers, { confirmDeletions: true, withRouter: true });
    expect(output).toEqual({ outcome: 'stale' });
    expect(resources).toEqual([DESCRIBE[kind], INVOKE, GET]);
  });
});

test.each([['no group', groups()], ['other groups', groups('attic')]])('the removal of a member that is in %s is persisted', async (_, answer) => {
  expect((await confirmed('membership', () => answer)).output).toEqual({ outcome: 'persisted' });
});

describe('a thing in more groups than a page has', () => {
  /** Pages of one group each, by the token that asks for them. */
  const pages = (names: readonly string[]) => ({ NextToken }: { NextToken?: string }) => {
    const index = NextToken === undefined ? 0 : Number(NextToken);
    // AWS leaves a token out, or answers with null.
    return { ...groups(...names.slice(index, index + 1)), NextToken: index + 1 < names.length ? String(index + 1) : null };
  };

  test('a removal is refused whichever page has the group', async () => {
    for (const names of [['hall', 'attic', 'barn'], ['attic', 'hall', 'barn'], ['attic', 'barn', 'hall']]) {
      const { output, letters } = await confirmed('membership', pages(names) as never);
      expect(output).toEqual({ outcome: 'dead-lettered' });
      expect(letters).toMatchObject([{ error: 'NotDeleted' }]);
    }
  });

  test('a removal is persisted once the last page does not have the group: one call for each page', async () => {
    const { output, resources, calls } = await confirmed('membership', pages(['attic', 'barn', 'cellar']) as never);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([DESCRIBE.membership, DESCRIBE.membership, DESCRIBE.membership, PUT]);
    expect(calls.slice(0, 3).map(({ taskArguments }) => taskArguments.NextToken)).toEqual([undefined, '1', '2']);
  });

  test('a second look begins with the first page', async () => {
    let looks = 0;
    const { output, calls } = await confirmed('membership', (({ NextToken }: { NextToken?: string }) => {
      if (NextToken === undefined) looks += 1;
      return pages(looks === 1 ? ['attic', 'hall'] : ['attic', 'barn'])({ NextToken });
    }) as never);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(calls.slice(0, 4).map(({ taskArguments }) => taskArguments.NextToken)).toEqual([undefined, '1', undefined, '1']);
  });

  test('a thing that goes between two pages confirms the removal', async () => {
    const { output, resources } = await confirmed('membership', (({ NextToken }: { NextToken?: string }) => (NextToken ? GONE() : pages(['attic', 'hall'])({}))) as never);
    expect(output).toEqual({ outcome: 'persisted' });
    expect(resources).toEqual([DESCRIBE.membership, DESCRIBE.membership, PUT]);
  });

  test('pages without end are a dead letter that can be started again, and nothing is removed', async () => {
    const { output, resources, letters } = await confirmed('membership', failingEveryOther(() => ({ ...groups('attic'), NextToken: 'more' })));
    expect(output).toEqual({ outcome: 'dead-lettered' });
    expect(resources).not.toContain(PUT);
    // Two calls a second, for half a minute.
    expect(resources.length).toBeLessThan(70);
    expect(letters).toMatchObject([{ class: 'throttled', error: 'ConfirmationTimeout', reason: expect.stringContaining('start the event again') }]);
  });
});

/** An answer before which each call fails once: a second passes with each. */
function failingEveryOther(answer: () => unknown): () => unknown {
  let calls = 0;
  return () => {
    if (calls++ % 2 === 0) failing('Iot.ThrottlingException')();
    return answer();
  };
}

test('other operations, and filtered ones, ask nothing', async () => {
  expect((await execute({ ...EVENTS.thing, operation: 'UPDATED' }, {}, { confirmDeletions: true })).resources).toEqual([PUT]);
  expect((await execute(EVENTS.thing, {}, { confirmDeletions: true, namePrefixes: { things: ['x'] } })).resources).toEqual([]);
});

test('the router is invoked only for confirmed deletions', async () => {
  const router = { [INVOKE]: () => ({ Payload: { replicate: true } }) };
  const asked = async (answer: () => unknown) => (await execute(EVENTS.thing, { [DESCRIBE.thing]: answer, ...router }, { confirmDeletions: true, withRouter: true })).resources;
  expect(await asked(GONE)).toEqual([DESCRIBE.thing, INVOKE, PUT]);
  expect(await asked(() => THERE.thing)).toEqual([DESCRIBE.thing, DESCRIBE.thing, SEND]);
});

test('nothing is asked where it is not switched on, and sweeps, which have asked, are not asked again', async () => {
  expect((await execute(EVENTS.thing)).resources).toEqual([PUT]);
  expect((await execute(OBSERVED, {}, { confirmDeletions: true, by: 'observers' })).resources).toEqual([PUT]);
});
