import { createHash } from 'node:crypto';
import { NoSuchKey, S3ServiceException, type GetObjectCommand, type ListObjectsV2Command, type PutObjectCommand } from '@aws-sdk/client-s3';

/** Id of the account that buckets belong to. */
export const OWNER = '111122223333';

/** A bucket of S3: what was written can be read and listed at once. */
export class SimulatedBucket {
  private readonly objects = new Map<string, string>();

  constructor(public readonly name: string, private readonly pageSize: number) {}

  /** Keys that begin so, in order. */
  public keys(prefix = ''): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  /** The content of an object. */
  public read(key: string): string {
    const body = this.objects.get(key);
    if (body === undefined) throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } });
    return body;
  }

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
  public put({ input }: PutObjectCommand): object {
    this.expectItself(input);
    const { Key, Body, IfMatch, IfNoneMatch } = input;
    if (typeof Body !== 'string') throw new Error('expected the body of an object to be a text');
    if (IfMatch !== undefined && tagOf(this.read(Key!)) !== IfMatch) throw preconditionFailed();
    if (IfNoneMatch === '*' && this.objects.has(Key!)) throw preconditionFailed();
    this.objects.set(Key!, Body);
    return {};
  }

  public get({ input }: GetObjectCommand): object {
    this.expectItself(input);
    const body = this.read(input.Key!);
    return { Body: { transformToString: async () => body }, get ETag() { return tagOf(body); } };
  }

  public list({ input }: ListObjectsV2Command): object {
    const { Bucket, ExpectedBucketOwner, Prefix, StartAfter = '', ContinuationToken = '', MaxKeys = Infinity, ...unknown } = input;
    this.expectItself({ Bucket, ExpectedBucketOwner });
    if (Object.values(unknown).some((each) => each !== undefined)) throw new Error(`the simulation has no listing with ${Object.keys(unknown).join(', ')}`);
    const after = ContinuationToken || StartAfter;
    const found = this.keys(Prefix).filter((key) => key > after);
    const page = found.slice(0, Math.min(MaxKeys, this.pageSize));
    const IsTruncated = page.length < found.length;
    // S3 leaves the contents out where there are none.
    return { ...(page.length > 0 ? { Contents: page.map((Key) => ({ Key })) } : {}), KeyCount: page.length, IsTruncated, NextContinuationToken: IsTruncated ? page.at(-1) : undefined };
  }

  private expectItself({ Bucket, ExpectedBucketOwner }: { readonly Bucket?: string; readonly ExpectedBucketOwner?: string }): void {
    if (Bucket !== this.name) throw new Error(`there is no bucket ${Bucket}`);
    if (ExpectedBucketOwner !== OWNER) throw new Error(`a call names the owner ${ExpectedBucketOwner} of the bucket, expected ${OWNER}`);
  }
}

/** The same for the same content, as those of S3 are. */
function tagOf(body: string): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function preconditionFailed(): Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3ServiceException({ name: 'PreconditionFailed', message, $fault: 'client', $metadata: { httpStatusCode: 412 } });
}
