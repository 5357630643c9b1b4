import { IoTClient } from '@aws-sdk/client-iot';
import { authorityOperations } from './authorities';
import { certificateOperations, issueCertificate, type IssuedCertificate } from './certificates';
import { Changes, type IdentityListener } from './changes';
import { failure } from './errors';
import { Events, type EventKind, type EventListener } from './events';
import { DEFAULT_FACTS, type RegistryFacts } from './facts';
import { groupOperations } from './groups';
import { takeIdentitySnapshot, type IdentitySnapshot } from './identity-snapshot';
import { DEFAULT_LIMITS, Quotas, type RegistryLimits } from './limits';
import { matchDynamicGroup, membershipOperations } from './memberships';
import type { Handlers, Input, Operation, Output } from './operations';
import { noEntities, Past, type Entities } from './past';
import { policyOperations } from './policies';
import { policyLinkOperations } from './policy-links';
import { principalOperations } from './principals';
import { takeSnapshot, type Snapshot } from './snapshot';
import { Arns, Ids, type Context } from './state';
import { tagOperations } from './tags';
import { thingOperations } from './things';
import { typeOperations } from './types';

/** A call that takes effect although its caller sees an error: the answer is what gets lost. */
export interface LostAnswer {
  readonly error: Error;
  readonly tookEffect: true;
}

export interface InMemoryRegistryOptions {
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since the epoch: the only clock. */
  readonly now: () => number;
  /** The same, of a clock that nobody sets: reads lag by it. @default `now` */
  readonly steadyNow?: () => number;
  readonly facts?: Partial<RegistryFacts>;
  readonly limits?: Partial<RegistryLimits>;
  /** Hears each registry event, within the call that causes it. @default no events are made */
  readonly onEvent?: EventListener;
  /** Hears each change of identities, within the call that causes it. */
  readonly onIdentityChange?: IdentityListener;
  /** Hears each call that has taken effect and is no read, as a trail does. */
  readonly onWrite?: (operation: Operation, input: object) => void;
  /** What each id begins with. @default ids are UUIDs */
  readonly idPrefix?: string;
  /** Kinds of events that are off. @default all are on */
  readonly events?: Partial<Record<EventKind, boolean>>;
  /** Makes a call fail, before it does anything or after it has taken effect. */
  readonly injectFault?: (operation: Operation, input: object) => Error | LostAnswer | undefined;
  /** Milliseconds by which a call that reads is behind. @default none is */
  readonly readLag?: (operation: Operation) => number;
  /** What `send` waits for before the call happens: where a simulation lets others run. @default nothing */
  readonly turn?: (operation: Operation, input: object) => Promise<void>;
}

interface Command { readonly input: object }

/**
 * The registry of one account and Region, as far as it is replicated.
 *
 * Where AWS leaves open what happens, a switch of `RegistryFacts` decides. Each call is one atomic step.
 */
export class InMemoryRegistry {
  /** How often each operation was called, refused calls included. */
  public readonly calls: Partial<Record<Operation, number>> = {};
  /** Can be exchanged while the registry is in use. */
  public injectFault: InMemoryRegistryOptions['injectFault'];
  /** Can be exchanged too. */
  public onIdentityChange: InMemoryRegistryOptions['onIdentityChange'];
  /** Can be exchanged too. */
  public onWrite: InMemoryRegistryOptions['onWrite'];

  private readonly context: Context;
  private readonly handlers: Handlers;
  private readonly quotas: Quotas;
  private readonly past?: Past;
  /** Made once for each moment that is read: there are more reads than moments. */
  private readonly handlersOfPast = new WeakMap<Entities, Handlers>();
  private readonly steadyNow: () => number;
  private sequence = 0;

  constructor(private readonly options: InMemoryRegistryOptions) {
    const { region, accountId, now, onEvent, events: enabled } = options;
    const facts = { ...DEFAULT_FACTS, ...options.facts };
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const ids = new Ids(region, options.idPrefix);
    const arns = new Arns(region, accountId);
    this.context = {
      ...noEntities(),
      facts,
      limits,
      ids,
      arns,
      now,
      nextSequence: () => this.sequence++,
      changes: new Changes(() => this.onIdentityChange),
      events: new Events({ accountId, facts, ids, arns, now, onEvent, enabled }),
      newEntity: (name) => ({ sequence: this.sequence++, id: ids.next(), name, createdAt: now() }),
    };
    this.handlers = handlersOf(this.context);
    this.steadyNow = options.steadyNow ?? now;
    this.past = options.readLag && new Past(this.context, this.steadyNow);
    this.quotas = new Quotas(limits);
    this.injectFault = options.injectFault;
    this.onIdentityChange = options.onIdentityChange;
    this.onWrite = options.onWrite;
  }

  /** This registry in the place of a client, for code that wants one and for paginators. */
  public get client(): IoTClient {
    const stand = { send: (command: Command) => this.send(command), destroy: () => undefined, config: { region: async () => this.options.region } };
    return Object.assign(Object.create(IoTClient.prototype) as object, stand) as unknown as IoTClient;
  }

  /**
   * Does one operation, at once and as a whole.
   *
   * @throws the SDK's exception that AWS answers with
   */
  public execute<O extends Operation>(operation: O, input: Input<O>): Output<O> {
    this.calls[operation] = (this.calls[operation] ?? 0) + 1;
    const fault = this.injectFault?.(operation, input);
    if (fault instanceof Error) throw fault;
    if (!this.quotas.admits(operation, this.context.now())) throw failure.Throttling();
    const handle: Handlers[O] = this.handlersFor(operation)[operation];
    const output = handle(input);
    if (!isRead(operation)) {
      this.past?.remember();
      this.onWrite?.(operation, input);
    }
    if (fault) throw fault.error;
    return { ...output, $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 } } as Output<O>;
  }

  /** Does what a command object of the SDK asks for. */
  public async send(command: Command): Promise<object> {
    const operation = command.constructor.name.replace(/Command$/, '');
    if (!this.simulates(operation)) throw new Error(`operation ${operation} is not simulated: add it to the in-memory registry`);
    await this.options.turn?.(operation, command.input);
    return this.execute(operation, command.input as Input<typeof operation>);
  }

  /** Lets a thing begin or cease to match the query of a dynamic group, as fleet indexing would. */
  public match(thingName: string, dynamicGroupName: string, matches: boolean): void {
    matchDynamicGroup(this.context, thingName, dynamicGroupName, matches);
    this.past?.remember();
  }

  /**
   * A certificate that AWS makes itself: for CreateKeysAndCertificate and its like, and when a device of a registered authority first connects.
   *
   * @returns its id
   */
  public issue(certificate: IssuedCertificate): string {
    const id = issueCertificate(this.context, certificate);
    this.past?.remember();
    return id;
  }

  public snapshot(): Snapshot {
    return takeSnapshot(this.context);
  }

  public identitySnapshot(): IdentitySnapshot {
    return takeIdentitySnapshot(this.context);
  }

  /** The id of each entity that lives: `thing t0`, `group g0`, `type x0`. */
  public identities(): Map<string, string> {
    const { things, groups, types } = this.context;
    const idsOf = (kind: string, entities: ReadonlyMap<string, { readonly id: string }>) => [...entities].map(([name, { id }]) => [`${kind} ${name}`, id] as const);
    return new Map([...idsOf('thing', things), ...idsOf('group', groups), ...idsOf('type', types)]);
  }

  /** What is behind shows the registry of some moment of its own. */
  private handlersFor(operation: Operation): Handlers {
    const { past, context, options: { readLag } } = this;
    const lag = past && isRead(operation) ? readLag!(operation) : 0;
    if (lag === 0) return this.handlers;
    const entities = past!.asOf(this.steadyNow() - lag);
    let handlers = this.handlersOfPast.get(entities);
    if (!handlers) this.handlersOfPast.set(entities, handlers = handlersOf({ ...context, ...entities }));
    return handlers;
  }

  private simulates(operation: string): operation is Operation {
    return Object.hasOwn(this.handlers, operation);
  }
}

function handlersOf(context: Context): Handlers {
  return {
    ...thingOperations(context),
    ...groupOperations(context),
    ...typeOperations(context),
    ...membershipOperations(context),
    ...principalOperations(context),
    ...certificateOperations(context),
    ...authorityOperations(context),
    ...policyOperations(context),
    ...policyLinkOperations(context),
    ...tagOperations(context),
  };
}

function isRead(operation: Operation): boolean {
  return operation.startsWith('List') || operation.startsWith('Describe') || operation.startsWith('Get');
}
