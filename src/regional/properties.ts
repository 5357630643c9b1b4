/** Property of the custom resource: the bucket that it empties. */
export const BUCKET_NAME_PROPERTY = 'BucketName';
