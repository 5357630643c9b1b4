import { DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { IoTClient } from '@aws-sdk/client-iot';
import type { PlaceFacts } from './facts';
import { identitiesIn } from './identities-in';
import { sentenceOf } from './sentence';
import { isIdentity, withoutPem } from './state';
import { StoredRecord, TableReader } from '../../comparison/handler/table-reader';
import { DeletionMode } from '../../deletion-mode';
import { verdictOf } from '../../drift/handler/verdict';
import type { Entity, RegistryEntity, RegistryRecord } from '../../kinds';
import type { Destination } from '../../kinds/handler/local';
import { mentionedIn, readEntity, readerOf } from '../../kinds/handler/reading';
import { keyOf, namesOf, ownersOf, revisionOf, stateOf } from '../../kinds/register';
import { PhysicalNames } from '../../record/physical-names';
import { keyFromString } from '../../record/record';
import { isLettered, rootOf } from '../../replicator/handler/waiting-item';
import { WaitingItems } from '../../replicator/handler/waiting-items';
import { addressedIot } from '../../runtime/addressed-iot';
import type { IotSender } from '../../runtime/senders';
import { retainedUntilOf } from '../../status/handler/retention';
import type { Account } from '../account';
import { bounded, Clients } from '../clients';
import { shownEntity, shownKey } from '../entities';
import { CommandError, failureOf } from '../errors';
import { FoundLetter, Letters } from '../letters/letters';
import type { Replication } from '../replication';

/** A Region gets longer than for a status: it is asked for several things, one after the other. */
const PATIENCE_MS = 10_000;

export interface Explanation {
  readonly replication: string;
  readonly entity: string;
  readonly pk: string;
  readonly sk: string;
  /** The source first. */
  readonly places: readonly PlaceFacts[];
}

export interface Question {
  readonly entity: Entity;
  readonly replication: Replication;
  readonly tableName: string;
  readonly account: Account;
}

/** What was read of a Region; a part is absent if it could not be read. */
export type Read = Omit<PlaceFacts, 'sentence' | 'advice' | 'fine' | 'hasNewest'> & { readonly revision?: string };

/** Looks at one entity everywhere: registries, table, replicas, waiting changes, dead letters. */
export async function explain(clients: Clients, question: Question, signal: AbortSignal, now: () => number): Promise<Explanation> {
  const { entity, replication } = question;
  const { sourceRegion, destinationRegions } = replication;
  const letters = await lettersOf(clients, question, signal);
  const regions = [sourceRegion, ...destinationRegions];
  const lettersIn = (region: string) => letters.filter((each) => each.region === region);
  const reads = await Promise.all(regions.map((region) => placeOf(clients, question, region, lettersIn(region), signal)));
  const [source] = reads;
  const places = reads.map(({ revision, ...facts }): PlaceFacts => {
    const hasNewest = facts.role === 'source' || source.revision === undefined || revision === undefined ? undefined : revision === source.revision;
    const place = hasNewest === undefined ? facts : { ...facts, hasNewest };
    return { ...place, ...sentenceOf(place, replication.name, entity, now()) };
  });
  return { replication: replication.name, entity: shownEntity(entity), ...keyOf(entity), places };
}

async function placeOf(
  clients: Clients, question: Question, region: string, letters: readonly FoundLetter[], signal: AbortSignal,
): Promise<Read> {
  const base = { region, role: region === question.replication.sourceRegion ? 'source' : 'destination', letters } as const;
  try {
    return await bounded(read(clients, question, base), signal, PATIENCE_MS);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ResourceNotFoundException) {
      throw new CommandError(`there is no table ${question.tableName}, or no table of the status, in ${region}; --table names the table if it has not the name of the replication`);
    }
    const { kind, text } = failureOf(error);
    if (kind === 'credentials') throw new CommandError(text);
    return { ...base, problem: text };
  }
}

async function read(clients: Clients, { entity, replication, tableName, account }: Question, base: Pick<PlaceFacts, 'region' | 'role' | 'letters'>): Promise<Read> {
  const { region } = base;
  const { name, sourceRegion } = replication;
  const dynamodb = clients.of(DynamoDBClient, region);
  const iot = addressedIot(clients.of(IoTClient, region), `arn:${account.partition}:iot:${region}:${account.id}:`);
  const isSource = base.role === 'source';
  const names = new PhysicalNames(name);
  const [there, waiting, retainedUntil, identities] = await Promise.all([
    readEntity(iot, entity),
    isSource ? undefined : new WaitingItems(dynamodb, names.stateTable).get(keyOf(entity)),
    isSource ? undefined : retainedUntilOf(dynamodb, names.stateTable),
    isSource || !isIdentity(entity) ? undefined : identitiesIn(clients, region, name),
  ]);
  const table = new TableReader(dynamodb, tableName);
  const key = keyOf(entity);
  const records = await table.batchGet([key, ...ownersOf(entity).map((owner) => owner.key), ...mentionedIn(there)], true);
  const record = records.get(key);
  records.include(await table.batchGet(mentionedIn(record).filter((each) => !records.knows(each)), true));
  const verdict = verdictOf(entity, there, records, { sourceRegion, deletionMode: DeletionMode.REPLICATE, retainedUntil, destination: identities });
  const root = waiting && rootOf(waiting);
  const rejection = verdict && record !== undefined && record !== 'unreadable' ? await rejectionOf(iot, record, there, identities) : {};
  return {
    ...base,
    registry: registryFacts(there),
    record: recordFacts(record),
    ...record === undefined || record === 'unreadable' ? {} : { revision: revisionOf(record) },
    ...rejection,
    ...!isSource && isIdentity(entity) && !identities ? { withoutIdentities: true } : {},
    ...verdict ? { difference: verdict.difference, ...verdict.fields ? { fields: verdict.fields } : {} } : {},
    ...waiting ? {
      waiting: {
        since: new Date(waiting.waitingSince).toISOString(),
        lettered: isLettered(waiting),
        ...root === undefined ? {} : { for: shownKey(keyFromString(root)) },
      },
    } : {},
  };
}

/** Why what is recorded can't be applied before somebody acts. */
async function rejectionOf(
  iot: IotSender, record: RegistryRecord, there: RegistryEntity | undefined, destination: Destination | undefined,
): Promise<Pick<PlaceFacts, 'rejected'>> {
  if (record.deleted || !destination) return {};
  const rejection = await readerOf(record.kind).local?.rejection?.(iot, namesOf(record), stateOf(record) as never, there !== undefined, destination);
  return rejection ? { rejected: rejection.message } : {};
}

function registryFacts(there: RegistryEntity | undefined): PlaceFacts['registry'] {
  if (!there) return { exists: false };
  const state = withoutPem(stateOf(there));
  return { exists: true, ...state === undefined ? {} : { state } };
}

function recordFacts(record: StoredRecord | undefined): PlaceFacts['record'] {
  if (record === undefined) return null;
  if (record === 'unreadable') return record;
  const state = withoutPem(stateOf(record));
  return {
    deleted: record.deleted,
    version: record.version,
    changedAt: new Date(record.timestamp).toISOString(),
    eventId: record.eventId,
    ...record.routerVersion === undefined ? {} : { routed: true },
    ...state === undefined ? {} : { state },
  };
}

/** The dead letters about the entity: of its key, and of events with its names. They are given back at once. */
async function lettersOf(clients: Clients, { entity, replication }: Question, signal: AbortSignal): Promise<readonly FoundLetter[]> {
  const names = Object.values(namesOf(entity));
  const all = new Letters(clients, replication, signal);
  try {
    const found = await all.take({});
    return found.filter((letter) => letter.entity === shownEntity(entity) || isNamed(letter, names));
  } finally {
    await all.giveBack();
  }
}

function isNamed({ format, entity = '' }: FoundLetter, names: readonly string[]): boolean {
  const words = entity.split(/[ /]/);
  return format !== 'key' && names.every((name) => words.includes(name));
}
