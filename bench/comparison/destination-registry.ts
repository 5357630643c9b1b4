import { Readable } from 'node:stream';
import type { HttpRequest } from '@smithy/types';
import { pause } from './latency';
import { QuotaBuckets } from './quota-buckets';

interface Input {
  readonly thingName?: string;
  readonly thingGroupName?: string;
  readonly thingTypeName?: string;
  readonly parentGroupName?: string;
  readonly thingTypeProperties?: object;
  readonly undoDeprecate?: boolean;
  readonly attributePayload?: { readonly attributes?: Readonly<Record<string, string>> };
}
type Operation = (input: Input) => object;
/** Operations beyond those on things, types, groups and memberships, by their names. */
export type Operations = Readonly<Record<string, (input: never) => object>>;
export type OnThing = (thingName: string, firmware: string) => void;

/** A registry that accepts the replicator's writes as fast as AWS's quotas allow. */
export class DestinationRegistry {
  /** Name -> version of the firmware: the attribute in which versions of a thing differ. */
  public readonly things = new Map<string, string>();
  /** Name -> name of the parent. */
  public readonly groups = new Map<string, string | undefined>();
  /** Name -> properties. */
  public readonly types = new Map<string, object>();
  /** Names of the types that are deprecated. */
  public readonly deprecated = new Set<string>();
  public readonly memberships = new Set<string>();
  /** All calls, whatever their result. */
  public calls = 0;
  /** Calls about types. */
  public typeCalls = 0;
  /** The number of calls of each operation. */
  public readonly done: Record<string, number> = {};
  /** Milliseconds since the epoch. */
  public lastWriteAt = 0;
  public readonly quotas: QuotaBuckets;

  private readonly operations: Readonly<Record<string, Operation>> = {
    CreateThingType: ({ thingTypeName, thingTypeProperties = {} }) => {
      if (this.types.has(thingTypeName!)) throw named('ResourceAlreadyExistsException');
      return this.written(() => this.types.set(thingTypeName!, thingTypeProperties));
    },
    DescribeThingType: ({ thingTypeName }) => {
      this.expectThere(this.types.has(thingTypeName!));
      const thingTypeProperties = this.types.get(thingTypeName!);
      return { thingTypeName, thingTypeProperties, thingTypeMetadata: { deprecated: this.deprecated.has(thingTypeName!) } };
    },
    DeprecateThingType: ({ thingTypeName, undoDeprecate }) => this.written(() => {
      this.expectThere(this.types.has(thingTypeName!));
      if (undoDeprecate) this.deprecated.delete(thingTypeName!);
      else this.deprecated.add(thingTypeName!);
    }),
    CreateThingGroup: (input) => this.createGroup(input),
    DescribeThingGroup: ({ thingGroupName }) => this.describeGroup(thingGroupName!),
    UpdateThingGroup: ({ thingGroupName }) => this.written(() => this.expectThere(this.groups.has(thingGroupName!))),
    CreateThing: (input) => this.createThing(input),
    UpdateThing: ({ thingName, attributePayload }) => this.written(() => {
      this.expectThere(this.things.has(thingName!));
      this.setThing(thingName!, attributePayload!.attributes!.firmware);
    }),
    DeleteThing: ({ thingName }) => this.written(() => {
      this.things.delete(thingName!);
      for (const each of [...this.memberships]) if (each.startsWith(`${thingName} `)) this.memberships.delete(each);
    }),
    AddThingToThingGroup: ({ thingName, thingGroupName }) => this.written(() => {
      this.expectThere(this.things.has(thingName!) && this.groups.has(thingGroupName!));
      this.memberships.add(`${thingName} ${thingGroupName}`);
    }),
  };

  /**
   * @param onThing receives each created or updated thing, with the version of its firmware
   * @param others operations with the quotas of those that no kind needs for its pace
   */
  constructor(
    private readonly onThing: OnThing,
    private readonly others: { readonly operations: Operations; readonly quotas: Readonly<Record<string, number>> } = { operations: {}, quotas: {} },
  ) {
    this.quotas = new QuotaBuckets(others.quotas);
  }

  public get writes(): number {
    return Object.entries(this.done).reduce((total, [operation, count]) => (/^(Describe|Get|List)/.test(operation) ? total : total + count), 0);
  }

  /** A call without the SDK. */
  public async call(command: { readonly input: object }): Promise<object> {
    await pause('iot');
    return this.perform(command.constructor.name.replace(/Command$/, ''), command.input);
  }

  /** A call in the form that the SDK's HTTP handler gets. */
  public async handle(request: HttpRequest): Promise<object> {
    await pause('iot');
    const { operation, input } = parse(request);
    try {
      return { response: response(200, this.perform(operation, input)) };
    } catch (error) {
      const { name, message } = error as Error;
      return { response: response(name === 'ThrottlingException' ? 429 : 400, { message }, name) };
    }
  }

  private perform(operation: string, input: Input): object {
    this.calls += 1;
    if (operation.includes('ThingType')) this.typeCalls += 1;
    this.quotas.admit(operation);
    const perform = this.operations[operation] ?? this.others.operations[operation] as Operation | undefined;
    if (!perform) throw new Error(`the simulation has no ${operation}`);
    const output = perform(input);
    this.done[operation] = (this.done[operation] ?? 0) + 1;
    return output;
  }

  private createThing({ thingName, thingTypeName, attributePayload }: Input): object {
    if (this.things.has(thingName!)) throw named('ResourceAlreadyExistsException');
    this.expectThere(this.types.has(thingTypeName!));
    if (this.deprecated.has(thingTypeName!)) throw named('InvalidRequestException');
    return this.written(() => this.setThing(thingName!, attributePayload!.attributes!.firmware));
  }

  private setThing(thingName: string, firmware: string): void {
    this.things.set(thingName, firmware);
    this.onThing(thingName, firmware);
  }

  private createGroup({ thingGroupName, parentGroupName }: Input): object {
    if (this.groups.has(thingGroupName!)) throw named('ResourceAlreadyExistsException');
    this.expectThere(parentGroupName === undefined || this.groups.has(parentGroupName));
    return this.written(() => this.groups.set(thingGroupName!, parentGroupName));
  }

  private describeGroup(thingGroupName: string): object {
    this.expectThere(this.groups.has(thingGroupName));
    const parentGroupName = this.groups.get(thingGroupName);
    const thingGroupMetadata = parentGroupName ? { parentGroupName, rootToParentThingGroups: [{ groupName: parentGroupName }] } : {};
    return { thingGroupName, thingGroupProperties: {}, thingGroupMetadata };
  }

  private written(write: () => unknown): object {
    write();
    this.lastWriteAt = Date.now();
    return {};
  }

  private expectThere(isThere: boolean): void {
    if (!isThere) throw named('ResourceNotFoundException');
  }
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

const COLLECTIONS: Readonly<Record<string, { readonly noun: string; readonly key: keyof Input }>> = {
  'things': { noun: 'Thing', key: 'thingName' },
  'thing-groups': { noun: 'ThingGroup', key: 'thingGroupName' },
  'thing-types': { noun: 'ThingType', key: 'thingTypeName' },
};
const VERBS: Readonly<Record<string, string>> = { POST: 'Create', PATCH: 'Update', GET: 'Describe', DELETE: 'Delete' };

function parse({ method, path, body }: HttpRequest): { readonly operation: string; readonly input: Input } {
  const input = body ? JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array)) as Input : {};
  if (path === '/thing-groups/addThingToThingGroup') return { operation: 'AddThingToThingGroup', input };
  const [, collection, name] = path.split('/');
  const { noun, key } = COLLECTIONS[collection];
  return { operation: `${VERBS[method]}${noun}`, input: { ...input, [key]: name } };
}

function response(statusCode: number, body: object, error?: string): object {
  const headers = { 'content-type': 'application/json', ...error ? { 'x-amzn-errortype': error } : {} };
  return { statusCode, reason: '', headers, body: Readable.from([Buffer.from(JSON.stringify(body))]) };
}
