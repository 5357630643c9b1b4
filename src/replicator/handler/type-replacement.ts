import { classify } from './failures';
import { Footing, Premise } from './premise';
import { Queues } from './queues';
import { Attempt, Reconciler } from './reconciler';
import { Records } from './records';
import { ListedThing, Registry } from './registry';
import { Progress, walkThrough } from './walk';
import { hasSameImmutables } from '../../kinds/type/handler/apply';
import { keyOf, ThingRecord } from '../../record/record';
import { WaitingError } from '../../runtime/answers';

/** Things at once: each takes some reads of the table besides its update, whose quota is to be the limit. */
const CONCURRENCY = 12;

export interface TypeReplacementOptions {
  readonly reconciler: Reconciler;
  readonly records: Records;
  readonly registry: Registry;
  readonly queues: Queues;
  readonly hasTime: () => boolean;
}

/**
 * Gives a type that was replaced back to its things.
 *
 * The registry and the table show which these are: things without a type whose record has this one. So nothing has to be kept meanwhile that a
 * crash could lose, and whatever has the type already costs no more than its part of a page of the listing.
 */
export class TypeReplacement {
  constructor(private readonly options: TypeReplacementOptions) {}

  public async giveBack(typeName: string, progress: Progress): Promise<void> {
    const { records, registry, hasTime } = this.options;
    const record = await records.get(keyOf.type(typeName));
    // Deleted in the source: then nothing has it there.
    if (record?.kind !== 'type' || record.deleted) return;
    const there = await registry.describeType(typeName);
    if (!there || !hasSameImmutables(there, record.state)) throw new WaitingError('the replacement of the type is not finished');
    await walkThrough((token) => registry.things(token), { progress, hasTime, concurrency: CONCURRENCY }, {
      each: (thing) => this.giveBackTo(thing, typeName),
    });
  }

  private async giveBackTo({ thingName, thingTypeName }: ListedThing, typeName: string): Promise<void> {
    if (thingTypeName !== undefined) return;
    const key = keyOf.thing(thingName);
    const record = await this.options.records.get(key);
    if (record?.kind !== 'thing' || record.deleted || record.state.thingTypeName !== typeName) return;
    const premise = premiseOf(record);
    try {
      await this.options.reconciler.applyKey(key, new Attempt({ footing: new Footing(premise) }));
    } catch (error) {
      // If the registry is exhausted, there is no reason to continue with the next one.
      if (classify(error) === 'throttled') throw error;
      await this.options.queues.enqueue([{ ...key, premise }], 0);
    }
  }
}

/** It has kept its memberships. */
function premiseOf({ incarnation }: ThingRecord): Premise {
  return { incarnation, history: 'kept' };
}
