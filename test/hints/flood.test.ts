/**
 * What shuts a device out does not wait behind hints that can be many.
 *
 * @jest-environment ./test/simulation/environment.ts
 */
import { HintQueues } from './queues';
import { addThing } from './source';
import { replicate, source } from '../apps';
import { PREFIX } from '../certificate-check/source';

const template = source(replicate({ replicationName: 'fleet', identities: {} })).toJSON();

/** Seconds of a flood, with a revocation in it, and hints in each second: several times what readers can do. */
const LASTS = 130;
const REVOKED_AT = 100;
const IN_A_SECOND = 8;

const FLOODS: Record<string, (queues: HintQueues, thingName: string) => void> = {
  'things that are created, or are said to be': (queues, thingName) => queues.sendThing({ eventType: 'THING_EVENT', operation: 'CREATED', thingName }),
  'calls that provision devices': (queues, thingName) => queues.sendCall('AttachThingPrincipal', { thingName, principal: `${PREFIX}cert/${'0'.repeat(64)}` }),
};

/** Seconds until the record of a certificate says that it is revoked, while a flood comes before and after. */
async function secondsOfRevocation(flood: (queues: HintQueues, thingName: string) => void): Promise<number | undefined> {
  const queues = new HintQueues(template);
  const lamp = queues.register('lamp');
  await queues.observe(lamp);
  for (let second = 0; second < LASTS; second++) {
    for (let i = 0; i < IN_A_SECOND; i++) {
      const thingName = `thing-${second}-${i}`;
      addThing(queues, thingName);
      flood(queues, thingName);
    }
    if (second === REVOKED_AT) {
      queues.update(lamp, 'REVOKED');
      expect(queues.sendCall('UpdateCertificate', { certificateId: lamp.id, newStatus: 'REVOKED' })).toBe(true);
    }
    await queues.passSecond();
    if (queues.recorded(lamp) === 'REVOKED') return second - REVOKED_AT;
  }
  return undefined;
}

test('each call is a hint of one queue, a change of a status that is not known an urgent one', () => {
  const sent = (newStatus?: string) => {
    const queues = new HintQueues(template);
    expect(queues.sendCall('UpdateCertificate', { certificateId: '0'.repeat(64), newStatus })).toBe(true);
    return queues.sizes;
  };
  expect(sent('ACTIVE')).toEqual({ 'fleet-hints': 1, 'fleet-urgent-hints': 0 });
  for (const status of ['INACTIVE', 'REVOKED', 'active', undefined]) expect(sent(status)).toEqual({ 'fleet-hints': 0, 'fleet-urgent-hints': 1 });
});

test.each(Object.entries(FLOODS))('a revocation is recorded within seconds, however many hints there are of %s', async (_, flood) => {
  expect(await secondsOfRevocation(flood)).toBeLessThan(10);
});
