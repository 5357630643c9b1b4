import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { CdkCustomResourceEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { handler } from '../../src/regional/empty-bucket.lambda';
import { BUCKET_NAME_PROPERTY, BUCKET_OWNER_PROPERTY } from '../../src/regional/properties';

const PAGE = 2;
const OWNER = '111122223333';
const s3 = mockClient(S3Client);
let objects: string[];

function request(RequestType: 'Create' | 'Update' | 'Delete', bucket = 'reports'): CdkCustomResourceEvent {
  const known = RequestType === 'Create' ? {} : { PhysicalResourceId: 'as-it-was' };
  return { RequestType, ResourceProperties: { ServiceToken: 'token', [BUCKET_NAME_PROPERTY]: bucket, [BUCKET_OWNER_PROPERTY]: OWNER }, ...known } as unknown as CdkCustomResourceEvent;
}

beforeEach(() => {
  objects = ['runs/a/1.json', 'runs/a/2.json', 'reports/a/1.jsonl', 'reports/a/summary.json', 'reports/b/summary.json'];
  s3.reset();
  s3.on(ListObjectsV2Command).callsFake(() => ({ Contents: objects.slice(0, PAGE).map((Key) => ({ Key })) }));
  s3.on(DeleteObjectsCommand).callsFake(({ Delete }) => {
    objects = objects.filter((key) => !Delete.Objects.some(({ Key }: { Key: string }) => Key === key));
    return {};
  });
});

test('its deletion empties the bucket, however many pages that are', async () => {
  await expect(handler(request('Delete'))).resolves.toEqual({ PhysicalResourceId: 'as-it-was' });
  expect(objects).toEqual([]);
});

test('each call names the bucket and its owner, so that one of another account is not emptied', async () => {
  await handler(request('Delete'));
  const calls = [...s3.commandCalls(ListObjectsV2Command), ...s3.commandCalls(DeleteObjectsCommand)];
  expect(calls.length).toBeGreaterThan(2);
  for (const { args: [{ input }] } of calls) expect(input).toMatchObject({ Bucket: 'reports', ExpectedBucketOwner: OWNER });
});

test.each(['Create', 'Update'] as const)('%s leaves everything', async (type) => {
  await handler(request(type));
  expect(objects).toHaveLength(5);
});

test('another bucket is another resource, so that CloudFormation has the one before emptied', async () => {
  const [one, other] = [await handler(request('Create', 'one')), await handler(request('Update', 'other'))];
  expect(other.PhysicalResourceId).not.toBe(one.PhysicalResourceId);
  expect(await handler(request('Update', 'one'))).toEqual(one);
});

test('what can\'t be deleted fails the deletion, and does not go round for ever', async () => {
  s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'runs/a/1.json', Code: 'AccessDenied' }] });
  await expect(handler(request('Delete'))).rejects.toThrow('1 of 2 objects could not be deleted: AccessDenied');
});
