import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Sender } from '../../runtime/senders';

export interface Bucket {
  readonly name: string;
  /** Id of its account. */
  readonly owner: string;
}

/** An object as it was found. */
export interface Version {
  readonly body: string;
  readonly tag: string;
}

/** Errors of a condition that does not hold: somebody has written the object, writes it at the same time, or has deleted it. */
const REFUSED = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];

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
    return (await this.findVersion(key))?.body;
  }

  /** The content of an object with the tag of this version, for `replace`; undefined if it does not exist. */
  public async findVersion(key: string): Promise<Version | undefined> {
    try {
      const { Body, ETag } = await this.s3.send(new GetObjectCommand({ ...this.bucket, Key: key }));
      return { body: await Body!.transformToString(), tag: ETag! };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  /**
   * Writes an object unless somebody else has written it meanwhile.
   *
   * @param before the version that was found; undefined if there was none
   * @returns whether it was written
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  public async replace(key: string, body: string, contentType: string, before: Version | undefined): Promise<boolean> {
    const condition = before ? { IfMatch: before.tag } : { IfNoneMatch: '*' };
    try {
      await this.s3.send(new PutObjectCommand({ ...this.bucket, Key: key, Body: body, ContentType: contentType, ...condition }));
      return true;
    } catch (error) {
      if (error instanceof Error && REFUSED.includes(error.name)) return false;
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
