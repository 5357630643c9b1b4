import { BUCKET, s3Of, BUCKET_OF } from './stores';
import { HeldObjects, TooMuchHeldError } from '../../src/comparison/handler/held-objects';
import { Objects } from '../../src/comparison/handler/objects';
import { SimulatedBucket } from '../simulation/bucket';

const held = (most: number) => new HeldObjects(new Objects(s3Of(new SimulatedBucket(BUCKET, 1000)), BUCKET_OF), 'journals/a/', most);

test('as much as may be held is held, and what replaces something counts once', async () => {
  const objects = held(10);
  await objects.write('journals/a/1', '123456', 'text/plain');
  await objects.write('journals/a/1', '12345', 'text/plain');
  await objects.write('journals/a/2', '12345', 'text/plain');
  await expect(objects.write('journals/a/3', '1', 'text/plain')).rejects.toThrow(TooMuchHeldError);
  expect((await objects.keys('journals/a/')).keys).toEqual(['journals/a/1', 'journals/a/2']);
});

test('what is stored does not count', async () => {
  const objects = held(1);
  await objects.write('latest/1', '12345', 'text/plain');
  expect(await objects.read('latest/1')).toBe('12345');
});
