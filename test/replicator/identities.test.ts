import { Destination, Item, SOURCE_REGION } from './harness';
import { PassingTime } from './passing-time';
import { DAY_MS, numbers, remembered } from './waiting-world';
import { keyOf } from '../../src/kinds/register';
import { madeCertificate } from '../simulation/registry';

const LAMP = madeCertificate('lamp');

let written = 0;

function item(entity: { readonly kind: string } & Readonly<Record<string, string>>, state: object, more: object): Item {
  written += 1;
  const { kind, ...names } = entity;
  return { ...keyOf(entity as never), ...names, version: 0, timestamp: 1_700_000_000_000 + written, deleted: false, sourceRegion: SOURCE_REGION, eventId: String(written), state, ...more };
}

const set = (elements: readonly string[]) => item({ kind: 'principals', thingName: 'lamp' }, { elements }, { thingId: 't' });
const certificate = () => item({ kind: 'certificate', certificateId: LAMP.id }, { status: 'ACTIVE', pem: LAMP.pem, policies: [] }, { incarnation: 'c' });

function withThing(): { readonly destination: Destination; readonly time: PassingTime } {
  const destination = new Destination({
    random: numbers(),
    identities: {
      arnPrefix: 'arn:aws:iot:eu-west-1:123456789012:',
      relocation: { partition: 'aws', sourceRegion: SOURCE_REGION, destinationRegion: 'eu-west-1' },
      owner: 'fleet',
      adoptsPolicies: false,
    },
  });
  destination.registry.execute('CreateThing', { thingName: 'lamp' });
  return { destination, time: new PassingTime(destination) };
}

describe('a set that comes before its certificate', () => {
  test('costs no call for as long as it waits', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    expect(await destination.calls(() => time.pass(DAY_MS))).toEqual({});
    expect(time.queued).toMatchObject([{ pk: `cert#${LAMP.id}`, watch: expect.any(String) }]);
  });

  test('is attached within seconds after the certificate has come, and looked at once more', async () => {
    const { destination, time } = withThing();
    await time.stream(destination.write(set([LAMP.id])));
    await time.pass(DAY_MS);
    await time.stream(destination.write(certificate()));
    expect(await destination.calls(() => time.pass(5_000))).toEqual({ AttachThingPrincipal: 1 });
    expect(destination.registry.identitySnapshot().principals.lamp.nonExclusive).toEqual([LAMP.id]);
    expect(await destination.calls(() => time.pass(DAY_MS))).toMatchObject({ ListThingPrincipalsV2: 1 });
    expect(remembered(destination)).toEqual([]);
  });
});
