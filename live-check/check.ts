import { createHash } from 'node:crypto';
import { EventType } from '@aws-sdk/client-iot';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Belief, NotLookable } from './belief';
import { Clients, Connection } from './clients';
import { EventRecorder } from './event-recorder';
import { Look, Run } from './look';
import { MadeRecord } from './made';
import { Left, remove } from './removal';
import { Outcome, runBeliefs } from './runner';

export interface Account {
  readonly id: string;
  readonly partition: string;
  readonly connection: Connection;
}

export interface CheckSettings {
  readonly runId: string;
  readonly account: Account;
  readonly regions: { readonly source: string; readonly destination: string };
  readonly beliefs: readonly Belief[];
  /** The folder of the record of created resources. */
  readonly directory: string;
  /** Kinds of registry events that are off in the source and may be switched on; or the reason why beliefs that need them can't be checked. */
  readonly events: readonly EventType[] | NotLookable;
  /** Ends the looks. Created resources are removed nevertheless. */
  readonly signal: AbortSignal;
  /** Ends the removal too. */
  readonly removalSignal: AbortSignal;
  /** Seconds to wait for each second of AWS's time. Default 1. */
  readonly pace?: number;
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly onProgress?: (text: string) => void;
}

export interface CheckResult {
  readonly outcomes: readonly Outcome[];
  readonly left: readonly Left[];
}

/** @throws Error of AWS if credentials are missing or invalid */
export async function whoAmI(connection: Connection, region: string): Promise<Account> {
  const { sts } = new Clients(region, connection);
  const { Account: id, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  // Resolved once, not by each client: a profile may ask a process, or a person.
  return { id: id!, partition: Arn!.split(':')[1], connection: { ...connection, credentials: sts.config.credentials } };
}

/** Checks beliefs and always removes the created resources. */
export async function check(settings: CheckSettings): Promise<CheckResult> {
  const { account, pace = 1 } = settings;
  const record = MadeRecord.begin(settings.directory, settings.runId, hashOf(account, settings.runId));
  let events: Promise<EventRecorder> | undefined;
  const run: Run = {
    id: settings.runId,
    account: account.id,
    partition: account.partition,
    regions: settings.regions,
    connection: account.connection,
    record,
    pace,
    events: () => {
      if (settings.events instanceof NotLookable) throw settings.events;
      return events ??= EventRecorder.start(new Look(run, 'events', settings.signal), settings.events);
    },
  };
  let outcomes: Outcome[] = [];
  let left: Left[] = [];
  try {
    outcomes = await runBeliefs(settings.beliefs, (belief, signal) => belief.look(new Look(run, belief.id, signal)), settings);
    // An outcome can arrive before the recorder is created, when time is up: nothing is created during its removal.
    await events?.catch(() => undefined);
  } finally {
    left = await remove({ record, ...account, account: account.id, pace, signal: settings.removalSignal, onProgress: settings.onProgress });
  }
  return { outcomes, left };
}

/**
 * Removes the remaining resources of a run.
 *
 * @returns the resources that remain; undefined if the run has no record
 * @throws Error if the run was of another account
 */
export async function clean(
  { runId, directory, account, signal, pace = 1, onProgress }: { readonly runId: string; readonly account: Account } & Pick<CheckSettings, 'directory' | 'signal' | 'pace' | 'onProgress'>,
): Promise<Left[] | undefined> {
  const record = MadeRecord.read(directory, runId);
  if (!record) return undefined;
  if (record.accountHash !== hashOf(account, runId)) throw new Error(`run ${runId} belongs to another account than ${account.id}: use the credentials that started it`);
  return remove({ record, ...account, account: account.id, pace, signal, onProgress });
}

/** Distinguishes two accounts without revealing them. */
export function hashOf({ id }: Account, runId: string): string {
  return createHash('sha256').update(`${runId} ${id}`).digest('hex');
}
