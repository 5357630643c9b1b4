import { Journal, Unit } from './journal';
import { encodeKeys } from './key-set';
import { EncodedHaving, NameIndex } from './name-index';
import { unitSize } from './step';
import type { RegistryEntity } from '../../kinds';
import type { SharedReading } from '../../kinds/handler/kind-reader';
import { keyOf } from '../../kinds/register';
import type { Pace } from '../../runtime/pace';
import type { IotSender } from '../../runtime/senders';

/** The names of so many fit into a function, with what a million entities have of them. */
const MAX_NAMES = 50_000;

/** Where what precedes a listing continues. */
export type SharedCursor =
  | { readonly stage: 'names'; readonly next?: string; readonly names: number }
  | { readonly stage: 'count'; readonly next?: string; readonly names: number; readonly count: number }
  | { readonly stage: 'having'; readonly next?: string; readonly number: number };

/** The listing itself. */
export interface ListCursor {
  readonly stage: 'list';
  readonly next?: string;
  /** Whether what entities have was listed before. */
  readonly isShared: boolean;
}

export interface SharedContext {
  readonly iot: IotSender;
  readonly pace: Pace;
  readonly journal: Journal;
  readonly phase: string;
  readonly reading: SharedReading<RegistryEntity>;
  /** How many entities of one page of the listing have to be completed: those that do not differ without that. */
  readonly countIn: (cursor?: string) => Promise<{ readonly count: number; readonly next?: string }>;
}

/**
 * Lists by names what entities have, if that takes less time than to complete each: then the listing that follows asks for none of them.
 *
 * Names are counted, then entities until it is clear which way is shorter. Where few entities are completed, because they have no record or are few, each is.
 */
export class SharedListing {
  private names?: readonly string[];
  private index?: Promise<NameIndex>;

  constructor(private readonly context: SharedContext) {}

  /** One unit of what precedes the listing. */
  public async unit(cursor: SharedCursor): Promise<Unit> {
    switch (cursor.stage) {
      case 'names': return this.listNames(cursor);
      case 'count': return this.count(cursor);
      case 'having': return this.listHaving(cursor);
    }
  }

  /** The entity with all that it has, by what precedes the listing. */
  public async completed(entity: RegistryEntity): Promise<RegistryEntity> {
    this.index ??= this.load();
    return this.context.reading.completed(entity, (await this.index).namesOf(keyOf(entity)));
  }

  private async load(): Promise<NameIndex> {
    const { journal, phase } = this.context;
    const having = await journal.collect(phase, (entry) => entry.having ?? []);
    return new NameIndex(await this.allNames(), having.flat());
  }

  private async listNames({ next: from, names: before }: Extract<SharedCursor, { stage: 'names' }>): Promise<Unit> {
    const { items, next } = await this.context.reading.names(this.context.iot, from);
    const names = before + items.length;
    if (names > MAX_NAMES) return { names: items, next: { stage: 'list', isShared: false } satisfies ListCursor };
    return { names: items, next: (next === undefined ? { stage: 'count', names, count: 0 } : { stage: 'names', next, names }) satisfies SharedCursor };
  }

  private async count(cursor: Extract<SharedCursor, { stage: 'count' }>): Promise<Unit> {
    const { pace, reading: { calls } } = this.context;
    const page = await this.context.countIn(cursor.next);
    const { next } = page;
    const [count, names] = [cursor.count + page.count, cursor.names];
    if (count / pace.rateOf(calls.complete) > names / pace.rateOf(calls.having)) return { next: { stage: 'having', number: 0 } satisfies SharedCursor };
    return { next: next === undefined ? { stage: 'list', isShared: false } satisfies ListCursor : { stage: 'count', next, names, count } satisfies SharedCursor };
  }

  private async listHaving({ next: from, number: first }: Extract<SharedCursor, { stage: 'having' }>): Promise<Unit> {
    const { iot, pace, reading } = this.context;
    const names = await this.allNames();
    const having: EncodedHaving[] = [];
    let [number, next] = [first, from];
    for (let calls = unitSize(pace.rateOf(reading.calls.having)); calls > 0 && number < names.length; calls -= 1) {
      const page = await reading.having(iot, names[number], next);
      if (page.items.length > 0) having.push({ number, keys: encodeKeys(page.items) });
      next = page.next;
      if (next === undefined) number += 1;
    }
    return { having, next: number < names.length ? { stage: 'having', number, next } satisfies SharedCursor : { stage: 'list', isShared: true } satisfies ListCursor };
  }

  private async allNames(): Promise<readonly string[]> {
    this.names ??= (await this.context.journal.collect(this.context.phase, ({ names = [] }) => names)).flat();
    return this.names;
  }
}
