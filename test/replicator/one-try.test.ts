/** What a single try has to come to. A history ends right without these rules as well: later tries, and the second look, put right what one has left. */
import { Destination, record } from './harness';
import { UNSETTLED_MS } from '../../src/replicator/handler/failure-routing';

const snapshot = (destination: Destination) => destination.registry.snapshot();

/** Tries again every minute, for so long. */
async function keepTrying(destination: Destination, milliseconds: number): Promise<void> {
  for (const until = destination.now + milliseconds; destination.now < until;) {
    destination.now += 60_000;
    await destination.retry(...destination.retries.splice(0).map(({ message }) => message));
  }
}

test('a thing that an update does not find is created', async () => {
  const destination = new Destination();
  await destination.replicate(record.thing('lamp'));
  destination.registry.execute('DeleteThing', { thingName: 'lamp' });
  await destination.replicate(record.thing('lamp', { attributes: { a: '1' } }, { version: 2 }));
  expect(snapshot(destination).things).toMatchObject({ lamp: { attributes: { a: '1' } } });
});

test('a group that became another one is looked at before it is updated: it may lie elsewhere', async () => {
  const destination = new Destination();
  await destination.replicate(record.group('attic'), record.group('cellar'), record.group('room', { path: ['attic'] }));
  await destination.replicate(record.group('room', { path: ['cellar'] }, { incarnation: 'room-2' }));
  expect(snapshot(destination).groups).toMatchObject({ room: { parent: 'cellar' } });
});

test('a thing of a type that others close again and again waits for longer than a refusal lasts', async () => {
  const destination = new Destination();
  await destination.replicate(record.type('light'), record.type('light', { deprecated: true }));
  destination.registry.injectFault = (operation) => {
    if (operation === 'CreateThing') destination.registry.execute('DeprecateThingType', { thingTypeName: 'light' });
    return undefined;
  };
  await destination.replicate(record.thing('lamp', { thingTypeName: 'light', attributes: { a: '1' } }));
  await keepTrying(destination, 2 * UNSETTLED_MS);
  expect(snapshot(destination).things).not.toHaveProperty('lamp');
  expect(destination.deadLetters).toEqual([]);
  destination.registry.injectFault = undefined;
  await keepTrying(destination, 60_000);
  expect(snapshot(destination).things).toMatchObject({ lamp: { type: 'light' } });
});

test('a deprecated type is undeprecated to be updated, in a world where that is refused', async () => {
  const destination = new Destination({ facts: { deprecatedTypeUpdateRefused: true } });
  const propagating = (thingAttribute: string) => ({ deprecated: true, propagatingAttributes: [{ userPropertyKey: 'k', thingAttribute }] });
  await destination.replicate(record.type('light', { ...propagating('a'), deprecated: false }));
  await destination.replicate(record.type('light', propagating('a'), { version: 2 }));
  destination.write(record.type('light', propagating('b'), { version: 2 }));
  await destination.retry({ pk: 'type#light', sk: 'type' });
  expect(snapshot(destination).types).toMatchObject({ light: { deprecated: true, propagatingAttributes: ['k of thing b'] } });
});

test('a type that things have is waited for, for longer than a refusal lasts', async () => {
  const destination = new Destination();
  await destination.replicate(record.type('light'), record.thing('lamp', { thingTypeName: 'light', attributes: { a: '1' } }));
  await destination.replicate(record.deletedType('light'));
  await keepTrying(destination, 2 * UNSETTLED_MS);
  expect(destination.deadLetters).toEqual([]);
  await destination.replicate(record.deletedThing('lamp'));
  await keepTrying(destination, 60_000);
  expect(snapshot(destination)).toMatchObject({ things: {}, types: {} });
});

test('a thing that goes while its principals are listed is no refusal', async () => {
  const destination = new Destination();
  await destination.replicate(record.thing('lamp'));
  const principal = 'arn:aws:iot:eu-west-1:123456789012:cert/lamp';
  destination.registry.execute('AttachThingPrincipal', { thingName: 'lamp', principal });
  destination.registry.injectFault = (operation) => {
    if (operation !== 'ListThingPrincipals') return undefined;
    destination.registry.injectFault = undefined;
    destination.registry.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
    // A principal is detached some time after the call.
    destination.now += 60_000;
    destination.registry.execute('DeleteThing', { thingName: 'lamp' });
    return undefined;
  };
  await destination.replicate(record.deletedThing('lamp'));
  expect(destination.retries.map(({ message: { waitingSince, refusedSince } }) => ({ waitingSince, refusedSince }))).toEqual([{ waitingSince: destination.now, refusedSince: undefined }]);
  await keepTrying(destination, 60_000);
  expect([destination.retries, destination.deadLetters]).toEqual([[], []]);
});

test('a membership of an end that is another by now is taken away', async () => {
  const destination = new Destination();
  await destination.replicate(record.thing('lamp'), record.group('room'), record.membership('lamp', 'room'));
  // Of a moment after the membership, and without a recorded deletion in between that would have brought the memberships along.
  destination.write({ ...record.thing('lamp', {}, { incarnation: 'lamp-2' }), timestamp: destination.now + 60_000 });
  await destination.retry({ pk: 'thing#lamp', sk: 'group#room' });
  expect(snapshot(destination).things).toMatchObject({ lamp: { groups: [] } });
});

test('a membership that a limit refuses waits for longer than a refusal lasts, in a world where that is an invalid request', async () => {
  const destination = new Destination({ limits: { groupsPerThing: 1 }, facts: { groupsPerThingError: 'InvalidRequest' } });
  await destination.replicate(record.thing('lamp'), record.group('room'), record.group('hall'), record.membership('lamp', 'room'));
  await destination.replicate(record.membership('lamp', 'hall'));
  await keepTrying(destination, 2 * UNSETTLED_MS);
  expect(destination.deadLetters).toEqual([]);
  await destination.replicate(record.membership('lamp', 'room', { removed: true }));
  await keepTrying(destination, 60_000);
  expect(snapshot(destination).things).toMatchObject({ lamp: { groups: ['hall'] } });
});
