import { AttributeValue, ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, UpdateItemCommand, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { IoTClient } from '@aws-sdk/client-iot';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Asking } from './consumers';
import { DeletionMode } from '../../src/deletion-mode';
import type { RegistryRecord } from '../../src/kinds';
import type { Writes } from '../../src/kinds/handler/identities';
import { decodeImage } from '../../src/kinds/handler/items';
import { keyOf } from '../../src/kinds/register';
import type { DeletionBreaker } from '../../src/replicator/handler/deletion-breaker';
import { FencedWrites } from '../../src/replicator/handler/fenced-writes';
import { fold, Folded, StreamImage } from '../../src/replicator/handler/fold';
import { Footing, premiseOf } from '../../src/replicator/handler/premise';
import { Queues, RetryMessage } from '../../src/replicator/handler/queues';
import { Attempt, Reconciler } from '../../src/replicator/handler/reconciler';
import { Records } from '../../src/replicator/handler/records';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';
import { WaitingError } from '../../src/runtime/answers';
import { nameOfCall } from '../../src/runtime/calls';
import { documentFor } from '../kinds/identities/harness';
import { madeCertificate } from '../simulation/registry';

/** What a record says, and what the registry of a destination has, in parts that take a call each: a status, a document, whether a policy is attached. */
export type Value = Readonly<Record<string, string>>;

/** What is kept in the item of a fence. Times are numbers of ticks. */
export interface Note {
  readonly turn: number;
  readonly until: number;
  readonly othersUntil: number;
  readonly revision?: string;
  readonly applied?: string;
}

/** What an applier waits for. Each is one step, between which all others take theirs. */
export type Request =
  | { readonly op: 'reads the record' | 'reads the record of the policy' | 'reads the note' | 'looks' | 'takes the note away' }
  | { readonly op: 'enters'; readonly turn: number; readonly until: number; readonly othersUntil: number; readonly revision: string }
  /** Since the turn, or since the record that is noted. */
  | { readonly op: 'notes'; readonly applied: string; readonly turn?: number; readonly since?: string }
  /** Has no effect if the part is as in `unless`. */
  | { readonly op: 'calls'; readonly part: string; readonly value: string; readonly unless?: string }
  | { readonly op: 'sends'; readonly message: RetryMessage; readonly afterTicks: number };

/** A batch of the stream, or a message of the queue. */
export type Delivery =
  | { readonly is: 'batch'; readonly from: number; readonly to: number; readonly settings: number }
  | { readonly is: 'message'; readonly message: RetryMessage; readonly settings: number };

/** What became of a delivery: the record that was applied, and whether it was applied as what differs from the one before. Or what to try again. */
export type Outcome =
  | { readonly is: 'applied'; readonly record: number; readonly isDifference: boolean }
  | { readonly is: 'waiting'; readonly message: RetryMessage };

/** As long as a lease, and until a second look. A call takes less. */
export const TICK_MS = 20_000;

type Item = Record<string, AttributeValue>;

const LAMP = madeCertificate('lamp');
const SOURCE = 'us-east-1';
const HERE = 'eu-west-1';

/** A rule that is weaker than that of the code. */
export interface Weaker {
  readonly fold?: (images: readonly StreamImage[]) => Folded[];
  /** @param noteNow notes a record whoever else may write */
  readonly writes?: (writes: FencedWrites, noteNow: (record: RegistryRecord) => Promise<void>) => Partial<Writes>;
  readonly ignoresSettings?: true;
  readonly ignoresSwitch?: true;
}

export const SETTINGS: IdentitiesConfig = {
  features: ['identities'],
  arnPrefix: `arn:aws:iot:${HERE}:111122223333:`,
  relocation: { partition: 'aws', sourceRegion: SOURCE, destinationRegion: HERE },
  adoptsPolicies: false,
};

/** Applies records of one entity by the code of the replicator itself: what it asks of its services are the steps. */
export class Appliers {
  public readonly key: { readonly pk: string; readonly sk: string };
  private readonly items: Item[];
  private readonly records: RegistryRecord[];
  private readonly isPolicy: boolean;

  constructor(private readonly values: readonly Value[], private readonly settings: readonly IdentitiesConfig[], private readonly weaker: Weaker = {}) {
    this.isPolicy = 'document' in values[0];
    const entity = this.isPolicy ? { kind: 'policy' as const, policyName: 'it' } : { kind: 'certificate' as const, certificateId: LAMP.id };
    const { kind, ...names } = entity;
    this.key = keyOf(entity);
    this.items = values.map((value, i) => marshall({
      ...this.key, ...names, version: 0, timestamp: i + 1, deleted: false, sourceRegion: SOURCE, eventId: 'e', incarnation: 'i', state: this.stateOf(value),
    }));
    this.records = this.items.map(decodeImage);
  }

  /** As the note of a record that was applied with some settings is kept. */
  public async appliedAs(record: number, settings: number): Promise<string> {
    let applied: string | undefined;
    const { weaker } = this;
    const writes = new Appliers(this.values, this.settings, { ignoresSettings: weaker.ignoresSettings, ignoresSwitch: weaker.ignoresSwitch }).writesOf({
      ask: async <T>(request: Request) => {
        if (request.op === 'notes') applied = request.applied;
        return (request.op === 'reads the record' ? record : request.op === 'reads the note' ? { turn: 0, until: 0, othersUntil: 0 } : true) as T;
      },
      now: () => 0,
      checkpoint: () => undefined,
    }, settings);
    await writes.beginLook(this.records[record]);
    await writes.noteApplied(this.records[record]);
    return applied!;
  }

  public readonly apply = async (asking: Asking<Request>, delivery: Delivery): Promise<Outcome> => {
    const reconciler = this.reconcilerOf(asking, delivery.settings);
    const change = delivery.is === 'batch' ? this.changeOf(delivery.from, delivery.to) : undefined;
    const attempt = this.attemptOf(delivery, change);
    try {
      const applied = change ? await reconciler.applyChange(this.key, change, attempt) : await reconciler.applyKey(this.key, attempt);
      const record = applied!.timestamp - 1;
      return { is: 'applied', record, isDifference: change?.history === 'plain' && change.record.timestamp === applied!.timestamp };
    } catch (error) {
      if (!(error instanceof WaitingError)) throw error;
      return { is: 'waiting', message: { ...this.key, premise: attempt.footing.premise } };
    }
  };

  private changeOf(from: number, to: number): Folded {
    const images = this.records.slice(from, to + 1).map((record, i) => ({ key: this.key, record, old: this.records[from + i - 1], sequenceNumber: String(from + i) }));
    const [change] = (this.weaker.fold ?? fold)(images);
    return change;
  }

  private attemptOf(delivery: Delivery, change: Folded | undefined): Attempt {
    if (delivery.is === 'batch') return new Attempt({ footing: new Footing(premiseOf(change!)) });
    const { message } = delivery;
    return new Attempt({ footing: new Footing(message.premise), isSecondLook: message.looksAgain, applied: message.applied });
  }

  private reconcilerOf(asking: Asking<Request>, settings: number): Reconciler {
    const identities = this.settings[settings];
    return new Reconciler({
      records: new Records(this.dynamodb(asking), 'records'),
      iotFor: () => this.iot(asking),
      queues: this.queues(asking),
      deletionMode: DeletionMode.REPLICATE,
      retainedUntil: async () => undefined,
      sourceRegion: SOURCE,
      hasTime: () => true,
      // Nothing is deleted.
      breaker: undefined as unknown as DeletionBreaker,
      now: () => 0,
      identities: {
        ...identities,
        verified: new Map(),
        writes: this.writesOf(asking, settings),
        revocations: { note: async () => undefined, isOfEarlier: async () => false, forget: async () => undefined },
        omissions: { note: async () => undefined, end: async () => undefined },
      },
      onPostponed: () => undefined,
    });
  }

  private writesOf(asking: Asking<Request>, settings: number): Writes {
    const dynamodb = this.dynamodb(asking);
    const writes = new FencedWrites({
      dynamodb,
      stateTableName: 'state',
      records: new Records(dynamodb, 'records'),
      queues: this.queues(asking),
      settings: this.settings[this.weaker.ignoresSettings ? 0 : settings],
      since: async () => (this.weaker.ignoresSwitch ? '' : String(settings)),
      now: () => asking.now() * TICK_MS,
    });
    const noteNow = async (record: RegistryRecord) => {
      await asking.ask({ op: 'notes', applied: await this.appliedAs(record.timestamp - 1, settings) });
    };
    const { inTurn, atOnce, beginLook, noteApplied, wasApplied, forgetApplied } = FencedWrites.prototype;
    const own = {
      inTurn: inTurn.bind(writes),
      atOnce: atOnce.bind(writes),
      beginLook: beginLook.bind(writes),
      noteApplied: noteApplied.bind(writes),
      wasApplied: wasApplied.bind(writes),
      forgetApplied: forgetApplied.bind(writes),
    };
    return { ...own, ...this.weaker.writes?.(writes, noteNow) } as Writes;
  }

  private queues({ ask }: Asking<Request>): Queues {
    const send = async ({ input }: SendMessageBatchCommand) => {
      for (const { MessageBody, DelaySeconds } of input.Entries!) {
        const { sentAt, ...message } = JSON.parse(MessageBody!) as RetryMessage;
        await ask({ op: 'sends', message, afterTicks: DelaySeconds! * 1000 / TICK_MS });
      }
      return {};
    };
    return new Queues({ send: send as unknown as SQSClient['send'] }, { retry: 'retry', deadLetter: 'letters' });
  }

  private dynamodb({ ask }: Asking<Request>): { readonly send: DynamoDBClient['send'] } {
    const isOwn = (key: string) => key.includes(this.key.pk);
    const send = async (command: GetItemCommand | UpdateItemCommand) => {
      if (command instanceof UpdateItemCommand) {
        if (await ask<boolean>(writeOf(command.input))) return {};
        throw new ConditionalCheckFailedException({ message: 'not so', $metadata: {} });
      }
      const { TableName, Key } = command.input;
      const key = Key!.pk.S!;
      if (TableName === 'records') {
        if (isOwn(key)) return { Item: this.items[await ask<number>({ op: 'reads the record' })] };
        return await ask<boolean>({ op: 'reads the record of the policy' }) ? { Item: policyItem(key.split('#')[1]) } : {};
      }
      return isOwn(key) ? { Item: itemOf(await ask<Note>({ op: 'reads the note' })) } : {};
    };
    return { send: send as unknown as DynamoDBClient['send'] };
  }

  private iot({ ask }: Asking<Request>): { readonly send: IoTClient['send'] } {
    const call = async (part: string, value: string, unless?: string, refusal?: string) => {
      if (!await ask<boolean>({ op: 'calls', part, value, unless })) throw named(refusal!);
      return {};
    };
    const look = () => ask<Value>({ op: 'looks' });
    const send = async (command: { readonly input: object }) => {
      const { newStatus, policyName, policyDocument } = command.input as { readonly [name: string]: string };
      switch (nameOfCall(command)) {
        case 'UpdateCertificate': return call('status', newStatus);
        case 'AttachPolicy': return call(policyName, 'attached');
        case 'DetachPolicy': return call(policyName, 'detached');
        case 'DescribeCertificate': return { certificateDescription: { status: (await look()).status, creationDate: new Date(0), certificatePem: LAMP.pem } };
        case 'ListAttachedPolicies': {
          const there = await look();
          return { policies: Object.keys(there).filter((part) => there[part] === 'attached').map((name) => ({ policyName: name })) };
        }
        case 'GetPolicy': {
          const document = this.isPolicy ? (await look()).document : policyName;
          if (document === NONE) throw named('ResourceNotFoundException');
          return { policyDocument: this.isPolicy ? documentOf(document, HERE) : documentOfPolicy(policyName, HERE), creationDate: new Date(0) };
        }
        case 'ListTagsForResource': return { tags: [{ Key: 'iot-registry-replication', Value: SOURCE }] };
        case 'CreatePolicyVersion': return call('document', nameIn(policyDocument), NONE, 'ResourceNotFoundException');
        default: throw new Error(`got ${nameOfCall(command)}, which the model does not know`);
      }
    };
    return { send: send as unknown as IoTClient['send'] };
  }

  private stateOf(value: Value): object {
    if (this.isPolicy) return { document: documentOf(value.document, SOURCE) };
    const { status, ...policies } = value;
    return { status, pem: LAMP.pem, policies: Object.keys(policies).filter((name) => policies[name] === 'attached').sort() };
  }
}

/** A policy that does not exist. */
export const NONE = 'none';

/** What a request of the table of state does. */
function writeOf({ UpdateExpression, ConditionExpression, ExpressionAttributeValues: values = {} }: UpdateItemCommandInput): Request {
  const ticks = (name: string) => Number(values[name].N) / TICK_MS;
  if (values[':next']) {
    if (!/REMOVE applied$/.test(UpdateExpression!)) throw new Error('expected that who enters takes the note away');
    return { op: 'enters', turn: Number(values[':next'].N) - 1, until: ticks(':until'), othersUntil: ticks(':others'), revision: values[':revision'].S! };
  }
  if (!values[':applied']) return { op: 'takes the note away' };
  const applied = values[':applied'].S!;
  if (ConditionExpression === 'applied = :since') return { op: 'notes', applied, since: values[':since'].S! };
  return { op: 'notes', applied, turn: Number(values[':since']?.N ?? 0) };
}

function itemOf({ turn, until, othersUntil, revision, applied }: Note): Item {
  return marshall({ turn, leaseUntil: until * TICK_MS, othersUntil: othersUntil * TICK_MS, recordRevision: revision, applied }, { removeUndefinedValues: true });
}

function policyItem(policyName: string): Item {
  return marshall({
    ...keyOf({ kind: 'policy', policyName }),
    policyName,
    version: 0,
    timestamp: 1,
    deleted: false,
    sourceRegion: SOURCE,
    eventId: 'e',
    incarnation: 'p',
    state: { document: documentOfPolicy(policyName, SOURCE) },
  });
}

function documentOfPolicy(policyName: string, region: string): string {
  return documentFor(policyName === 'keep-out' ? 'Deny' : 'Allow', 'lamp', region);
}

function documentOf(name: string, region: string): string {
  return documentFor('Allow', name, region);
}

function nameIn(document: string): string {
  return /client\/(\w+)/.exec(document)![1];
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
