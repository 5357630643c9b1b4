import { DeprecateThingTypeCommand } from '@aws-sdk/client-iot';
import { Destination, record } from './harness';
import { failure } from '../simulation/registry';

const OPEN = { pk: 'type#lamp', sk: 'type', isOpen: true };
const CLOSED = { pk: 'type#lamp', sk: 'type' };

const isDeprecated = ({ registry }: Destination) =>
  (registry.execute('DescribeThingType', { thingTypeName: 'lamp' }) as { readonly thingTypeMetadata?: { readonly deprecated?: boolean } }).thingTypeMetadata?.deprecated;

/** The record of a deprecated type, which the registry does not have. */
function withoutType(deprecated = true): Destination {
  const destination = new Destination();
  destination.write(record.type('lamp', { deprecated }));
  return destination;
}

describe('a type that a message leaves open', () => {
  test('is created without its deprecation, and takes things', async () => {
    const destination = withoutType();
    await destination.retry(OPEN);
    expect(isDeprecated(destination)).toBe(false);
    destination.write(record.thing('lamp-1', { thingTypeName: 'lamp' }));
    const calls = await destination.calls(() => destination.retry({ pk: 'thing#lamp-1', sk: 'thing' }));
    expect(calls).toMatchObject({ CreateThing: 1 });
    expect(calls.DeprecateThingType).toBeUndefined();
  });

  test('stays open when it is looked at once more', async () => {
    const destination = withoutType();
    await destination.retry(OPEN);
    expect(destination.retries.map(({ message: { isOpen, looksAgain } }) => ({ isOpen, looksAgain }))).toEqual([{ isOpen: true, looksAgain: true }]);
    await destination.drain();
    expect(isDeprecated(destination)).toBe(false);
  });

  test('stays open when the message had to be retried', async () => {
    const destination = withoutType();
    destination.registry.injectFault = () => failure.Throttling('Rate exceeded');
    await destination.retry(OPEN);
    destination.registry.injectFault = undefined;
    await destination.drain();
    expect(isDeprecated(destination)).toBe(false);
  });

  test('is deprecated by its key without the flag', async () => {
    const destination = withoutType();
    await destination.retry(OPEN);
    await destination.retry(CLOSED);
    await destination.drain();
    expect(isDeprecated(destination)).toBe(true);
  });

  test('is not opened again by a message that comes late', async () => {
    const destination = withoutType();
    await destination.retry(CLOSED);
    await destination.drain();
    await destination.retry(OPEN);
    await destination.drain();
    expect(isDeprecated(destination)).toBe(true);
  });

  test('is undeprecated if the source has undone the deprecation meanwhile', async () => {
    const destination = withoutType();
    await destination.retry(CLOSED);
    destination.write(record.type('lamp', { deprecated: false }, { version: 2 }));
    await destination.registry.client.send(new DeprecateThingTypeCommand({ thingTypeName: 'lamp' }));
    await destination.retry(OPEN);
    expect(isDeprecated(destination)).toBe(false);
  });
});
