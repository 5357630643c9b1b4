import { VirtualClock } from './virtual-clock';
import { QUOTAS } from '../../src/kinds/register';

const LATENCY_MS = 60;
const FIVE_MINUTES = 5 * 60_000;

interface Input {
  readonly thingName?: string;
  readonly thingTypeName?: string;
  readonly nextToken?: string;
  readonly maxResults?: number;
  readonly removeThingType?: boolean;
  readonly undoDeprecate?: boolean;
  readonly thingTypeProperties?: { readonly searchableAttributes?: readonly string[] };
}

const NUMBER = /\d+$/;
export const thingNameOf = (i: number) => `thing-${i}`;

/**
 * One type and its things. A call waits until its quota admits it, like in the SDK's adaptive mode, and takes 60 ms.
 */
export class TypedRegistry {
  public readonly calls: Partial<Record<string, number>> = {};
  /** Whether calls take longer than any invocation. */
  public hangs = false;
  private type?: { searchableAttributes: readonly string[]; deprecatedAt?: number } = { searchableAttributes: ['old'] };
  private readonly typed: Uint8Array;
  private count: number;
  private readonly free: Partial<Record<string, number>> = {};

  constructor(private readonly clock: VirtualClock, things: number) {
    this.typed = new Uint8Array(things).fill(1);
    this.count = things;
  }

  /** Things that have the type. */
  public get withType(): number {
    return this.count;
  }

  public get searchableAttributes(): readonly string[] | undefined {
    return this.type?.searchableAttributes;
  }

  public async send(command: { readonly input: object }, options?: { readonly abortSignal?: AbortSignal }): Promise<object> {
    const operation = command.constructor.name.replace(/Command$/, '') as string;
    if (this.hangs) await untilAborted(options!.abortSignal!);
    const { clock } = this;
    const at = Math.max(clock.now, this.free[operation] ?? 0);
    this.free[operation] = at + 1000 / QUOTAS[operation];
    await clock.sleep(at - clock.now + LATENCY_MS);
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    return this.perform(operation, command.input);
  }

  private perform(operation: string, input: Input): object {
    switch (operation) {
      case 'ListThings': return this.list(input);
      case 'UpdateThing': return this.update(input);
      case 'CreateThingType': return this.createType(input);
      case 'DescribeThingType': return this.describeType();
      case 'DeprecateThingType': return this.deprecateType(input);
      case 'DeleteThingType': return this.deleteType();
      default: throw new Error(`the simulation has no ${operation}`);
    }
  }

  private list({ thingTypeName, nextToken, maxResults }: Input): object {
    const things: object[] = [];
    for (let i = Number(nextToken ?? 0); i < this.typed.length; i++) {
      if (thingTypeName !== undefined && this.typed[i] === 0) continue;
      if (things.length === maxResults) return { things, nextToken: String(i) };
      things.push({ thingName: thingNameOf(i), thingTypeName: this.typed[i] === 1 ? 'sensor' : undefined });
    }
    return { things };
  }

  private update({ thingName, thingTypeName, removeThingType }: Input): object {
    const i = Number(NUMBER.exec(thingName!)![0]);
    const after = removeThingType ? 0 : 1;
    if (!removeThingType && (thingTypeName !== 'sensor' || !this.type)) throw named('ResourceNotFoundException');
    if (after === 1 && this.typed[i] === 0 && this.type!.deprecatedAt !== undefined) throw named('InvalidRequestException');
    this.count += after - this.typed[i];
    this.typed[i] = after;
    return {};
  }

  private createType({ thingTypeProperties }: Input): object {
    const searchableAttributes = thingTypeProperties?.searchableAttributes ?? [];
    if (this.type && String(this.type.searchableAttributes) !== String(searchableAttributes)) throw named('ResourceAlreadyExistsException');
    this.type ??= { searchableAttributes };
    return {};
  }

  private describeType(): object {
    if (!this.type) throw named('ResourceNotFoundException');
    const { searchableAttributes, deprecatedAt } = this.type;
    return { thingTypeProperties: { searchableAttributes }, thingTypeMetadata: { deprecated: deprecatedAt !== undefined } };
  }

  private deprecateType({ undoDeprecate }: Input): object {
    if (!this.type) throw named('ResourceNotFoundException');
    this.type.deprecatedAt = undoDeprecate ? undefined : this.type.deprecatedAt ?? this.clock.now;
    return {};
  }

  private deleteType(): object {
    const since = this.type?.deprecatedAt;
    if (since === undefined || this.count > 0 || this.clock.now - since < FIVE_MINUTES) throw named('InvalidRequestException');
    this.type = undefined;
    return {};
  }
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(named('AbortError'))));
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
