import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Sender } from '../../runtime/senders';

export interface Bucket {
  readonly name: string;
  /** Id of its account. */
  readonly owner: string;
}

/** What a journal needs of them. */
export type ObjectStore = Pick<Objects, 'bucketName' | 'read' | 'write' | 'keys'>;

/**
 * The objects in the bucket of reports.
 *
 * Each call names the owner: the names of buckets are global and can be predicted, so a bucket of another account must not be mistaken for it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export class Objects {
  private readonly bucket: { readonly Bucket: string; readonly ExpectedBucketOwner: string };

  constructor(private readonly s3: S3Sender, { name, owner }: Bucket) {
    this.bucket = { Bucket: name, ExpectedBucketOwner: owner };
  }

  public get bucketName(): string {
    return this.bucket.Bucket;
  }

  /** The content of an object. */
  public async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ ...this.bucket, Key: key }));
    return Body!.transformToString();
  }

  /** The content of an object; undefined if it does not exist. */
  public async find(key: string): Promise<string | undefined> {
    try {
      return await this.read(key);
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  public async write(key: string, body: string, contentType: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ ...this.bucket, Key: key, Body: body, ContentType: contentType }));
  }

  /** One page of keys, in lexical order. */
  public async keys(prefix: string, after?: string): Promise<{ readonly keys: readonly string[]; readonly isLast: boolean }> {
    const { Contents = [], IsTruncated } = await this.s3.send(new ListObjectsV2Command({ ...this.bucket, Prefix: prefix, StartAfter: after }));
    return { keys: Contents.map(({ Key }) => Key!), isLast: !IsTruncated };
  }
}
