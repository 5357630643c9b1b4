import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { BUCKET_NAME_PROPERTY, BUCKET_OWNER_PROPERTY } from './properties';

const s3 = new S3Client({});

/**
 * Empties the bucket when the resource is deleted: S3 deletes only an empty bucket.
 *
 * Names of buckets are global: the owner's id excludes a bucket of another account. A resource of an earlier version has no such id.
 *
 * @throws Error if an object can't be deleted, so that the deletion of the stack fails rather than leaving something behind unnoticed
 */
export async function handler(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  const { [BUCKET_NAME_PROPERTY]: bucket, [BUCKET_OWNER_PROPERTY]: owner } = event.ResourceProperties as Readonly<Record<string, string>>;
  if (event.RequestType === 'Delete') await empty({ Bucket: bucket, ExpectedBucketOwner: owner });
  // Another bucket is another resource, so that the former bucket is emptied too.
  return { PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : `empty ${bucket}` };
}

/** Always the first page, because deleting it makes the next page the first. */
async function empty(bucket: { readonly Bucket: string; readonly ExpectedBucketOwner?: string }): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command(bucket));
    if (Contents.length === 0) return;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors.length} of ${Contents.length} objects could not be deleted: ${Errors[0].Code}`);
  }
}
