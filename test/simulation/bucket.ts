import { NoSuchKey, type GetObjectCommand, type ListObjectsV2Command, type PutObjectCommand } from '@aws-sdk/client-s3';

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

  public put({ input }: PutObjectCommand): object {
    this.expectItself(input);
    if (typeof input.Body !== 'string') throw new Error('expected the body of an object to be a text');
    this.objects.set(input.Key!, input.Body);
    return {};
  }

  public get({ input }: GetObjectCommand): object {
    this.expectItself(input);
    const body = this.read(input.Key!);
    return { Body: { transformToString: async () => body } };
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
