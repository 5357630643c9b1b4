import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { Meter } from './meter';

const LIST_PAGE = 1000;

/** The bucket of journals and reports. Keys are written roughly in their order; the content of reports is discarded. */
export class Bucket {
  private readonly objects = new Map<string, string>();
  private readonly folders = new Map<string, string[]>();

  constructor(private readonly meter: Meter) {}

  public answer(command: object): object {
    if (command instanceof PutObjectCommand) return this.put(command);
    if (command instanceof GetObjectCommand) return this.get(command);
    if (command instanceof ListObjectsV2Command) return this.list(command);
    throw new Error('the simulation has no such call of S3');
  }

  private put({ input }: PutObjectCommand): object {
    const key = input.Key!;
    this.meter.add('s3.puts');
    if (key.startsWith('reports/')) return {};
    const folder = folderOf(key);
    const keys = this.folders.get(folder) ?? [];
    if (!this.objects.has(key)) keys.splice(placeIn(keys, key), 0, key);
    this.folders.set(folder, keys);
    this.objects.set(key, input.Body as string);
    return {};
  }

  private get({ input }: GetObjectCommand): object {
    this.meter.add('s3.gets');
    const body = this.objects.get(input.Key!);
    if (body === undefined) throw new NoSuchKey({ message: `there is no object ${input.Key}`, $metadata: {} });
    return { Body: { transformToString: async () => body } };
  }

  private list({ input }: ListObjectsV2Command): object {
    // Listings are billed like writes.
    this.meter.add('s3.puts');
    const keys = this.folders.get(input.Prefix!) ?? [];
    const from = input.StartAfter ? placeIn(keys, input.StartAfter) : 0;
    const page = keys.slice(from, from + LIST_PAGE);
    return { Contents: page.map((Key) => ({ Key })), IsTruncated: from + page.length < keys.length };
  }
}

/** After all keys that are not greater. */
function placeIn(keys: readonly string[], key: string): number {
  let at = keys.length;
  while (at > 0 && keys[at - 1] > key) at -= 1;
  return at;
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
