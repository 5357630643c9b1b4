import { mkdirSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';

const LIST_PAGE = 1000;

/** The bucket of a run in a process of its own, whose memory is measured: its objects are files below a folder, and the next process finds them. */
export class BucketInFiles {
  constructor(private readonly folder: string) {}

  public async answer(command: object): Promise<object> {
    if (command instanceof PutObjectCommand) return this.put(command);
    if (command instanceof GetObjectCommand) return this.get(command);
    if (command instanceof ListObjectsV2Command) return this.list(command);
    throw new Error('the bucket has no such call of S3');
  }

  private async put({ input }: PutObjectCommand): Promise<object> {
    const file = path.join(this.folder, input.Key!);
    mkdirSync(path.dirname(file), { recursive: true });
    await writeFile(file, input.Body as string);
    return {};
  }

  private async get({ input }: GetObjectCommand): Promise<object> {
    const body = await readFile(path.join(this.folder, input.Key!), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new NoSuchKey({ message: `there is no object ${input.Key}`, $metadata: {} });
    });
    return { Body: { transformToString: async () => body } };
  }

  private async list({ input: { Prefix, StartAfter = '' } }: ListObjectsV2Command): Promise<object> {
    mkdirSync(path.join(this.folder, Prefix!), { recursive: true });
    const keys = (await readdir(path.join(this.folder, Prefix!))).map((name) => `${Prefix}${name}`).filter((key) => key > StartAfter).sort();
    return { Contents: keys.slice(0, LIST_PAGE).map((Key) => ({ Key })), IsTruncated: keys.length > LIST_PAGE };
  }
}
