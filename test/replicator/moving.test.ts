import { UpdateThingCommand } from '@aws-sdk/client-iot';
import { Destination, record } from './harness';
import { IotSender } from '../../src/runtime/senders';
import { keyOf } from '../kinds/keys';

/** A thing whose record moves during each of its updates, so many times, and whose key comes from the retry queue. */
async function updatedWhileMoving(moves: number): Promise<Destination> {
  let left = moves;
  let version = 2;
  const send = async (command: { readonly input: object }): Promise<unknown> => {
    const answer = await destination.registry.client.send(command as never);
    if (command instanceof UpdateThingCommand && left-- > 0) destination.write(record.thing('lamp', { attributes: { version: String(++version) } }, { version }));
    return answer;
  };
  const destination: Destination = new Destination({ iot: { send: send as IotSender['send'] } });
  await destination.replicate(record.thing('lamp', { attributes: { version: '1' } }));
  destination.write(record.thing('lamp', { attributes: { version: '2' } }, { version: 2 }));
  await destination.retry(keyOf.thing('lamp'));
  return destination;
}

const versionOf = ({ registry }: Destination) => registry.execute('DescribeThing', { thingName: 'lamp' }).attributes?.version;

describe('a record that moves while it is applied', () => {
  test('four times is applied to the end, and nothing waits', async () => {
    const destination = await updatedWhileMoving(4);
    expect(versionOf(destination)).toBe('6');
    // Without a type its updates rest on a read, which is looked at once more.
    expect(destination.retries).toEqual([expect.objectContaining({ message: expect.objectContaining({ ...keyOf.thing('lamp'), looksAgain: true }) })]);
  });

  test('without an end waits for its next turn, and is applied then', async () => {
    const destination = await updatedWhileMoving(6);
    expect(destination.retries).toMatchObject([{ message: keyOf.thing('lamp') }]);
    await destination.drain();
    expect(versionOf(destination)).toBe('8');
  });
});
