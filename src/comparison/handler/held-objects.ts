import type { ObjectStore } from './objects';

/** More than may be held was written. */
export class TooMuchHeldError extends Error {
  public readonly name = 'TooMuchHeld';
}

/** Objects below a prefix, in memory: the journal of a run that is repeated from its beginning if it does not end. The rest is stored. */
export class HeldObjects implements ObjectStore {
  private readonly held = new Map<string, string>();
  private length = 0;

  /** @param most characters of all that is held: a function whose memory does not suffice ends without a word, and can't be repeated otherwise */
  constructor(private readonly objects: ObjectStore, private readonly prefix: string, private readonly most: number) {}

  public get bucketName(): string {
    return this.objects.bucketName;
  }

  public async read(key: string): Promise<string> {
    return this.held.get(key) ?? this.objects.read(key);
  }

  /** @throws TooMuchHeldError */
  public async write(key: string, body: string, contentType: string): Promise<void> {
    if (!key.startsWith(this.prefix)) return this.objects.write(key, body, contentType);
    this.length += body.length - (this.held.get(key)?.length ?? 0);
    if (this.length > this.most) throw new TooMuchHeldError(`more than ${this.most} characters of a journal were to be held in memory`);
    this.held.set(key, body);
  }

  /** Of the keys below the prefix, all at once. */
  public async keys(prefix: string, after?: string): ReturnType<ObjectStore['keys']> {
    if (!prefix.startsWith(this.prefix)) return this.objects.keys(prefix, after);
    const keys = [...this.held.keys()].filter((key) => key.startsWith(prefix) && (after === undefined || key > after)).sort();
    return { keys, isLast: true };
  }
}
