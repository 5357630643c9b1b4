import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { BUCKET_NAME_PROPERTY } from './properties';

const s3 = new S3Client({});

/**
 * Empties the bucket when the resource is deleted: a bucket that holds anything can't be.
 *
 * @throws Error if an object can't be deleted, so that the deletion of the stack fails rather than leave something behind unseen
 */
export async function handler(event: CdkCustomResourceEvent): Promise<CdkCustomResourceResponse> {
  const bucket: string = event.ResourceProperties[BUCKET_NAME_PROPERTY];
  if (event.RequestType === 'Delete') await empty(bucket);
  // Another bucket is another resource, so that the one before is emptied too.
  return { PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : `empty ${bucket}` };
}

/** Page by page from the start, because each page that is deleted makes the next one the first. */
async function empty(Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) return;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors.length} of ${Contents.length} objects could not be deleted: ${Errors[0].Code}`);
  }
}
