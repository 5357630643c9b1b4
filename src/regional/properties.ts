/** Property of the custom resource: the bucket that it empties. */
export const BUCKET_NAME_PROPERTY = 'BucketName';
/** Property of the same resource: id of the account that the bucket has to belong to. */
export const BUCKET_OWNER_PROPERTY = 'BucketOwner';
