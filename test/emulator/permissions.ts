import pMap from 'p-map';
import { CALLS } from './calls';
import { Roles } from './roles';
import { ROOMS } from './rooms';
import { World } from './world';

/** Calls at once, of one role. */
const CONCURRENCY = 16;

/** What each role may do, tried with its own credentials, IAM enforced: everything that its room does, and nothing that another one does. */
export function permissionTests(world: () => World): void {
  let roles: Roles;
  beforeAll(async () => {
    roles = await Roles.of(world().emulator);
  });

  const allowed = async (place: 'source' | 'destination', role: string) => {
    const callers = await roles.takeOn(place, role);
    const outcomes = await pMap(CALLS, async (call) => ({ call, outcome: await roles.attempt(callers, call) }), { concurrency: CONCURRENCY });
    return outcomes.filter(({ outcome }) => outcome === 'allowed').map(({ call }) => call.name);
  };

  test('every role has a room', () => {
    for (const place of ['source', 'destination'] as const) {
      expect(roles.in(place).sort()).toEqual(ROOMS.filter((room) => room.place === place).map(({ role }) => role).sort());
    }
  });

  test.each(ROOMS.map(({ place, role, calls }) => [role, place, calls] as const))('%s of the %s makes every call of its room, and is refused every other', async (role, place, calls) => {
    expect((await allowed(place, role)).sort()).toEqual([...calls].sort());
  });

  test('a call that a role is refused is seen, and one that it is allowed beyond its room', async () => {
    const [role, action] = ['DestinationReplicatorStreamIdentityRole', 'iot:CreateThing'] as const;
    const [call] = CALLS.filter(({ name }) => name === `destination registry: ${action}`);
    const callers = await roles.takeOn('destination', role);
    expect(await roles.attempt(callers, call)).toBe('allowed');
    await world().whileRefused(roles.arnOf('destination', role), action, async () => {
      expect(await roles.attempt(callers, call)).toBe('refused');
    });
    const [other] = CALLS.filter(({ name }) => name === `source registry: ${action}`);
    expect(await roles.attempt(callers, other)).toBe('refused');
  });

  test('all of this leaves nothing behind', async () => {
    await roles.tidyUp();
    expect(await world().differences()).toEqual([]);
  });
}
