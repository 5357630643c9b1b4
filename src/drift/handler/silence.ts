import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { DriftContext } from './context';
import { SIGNAL_PK, SignalKind } from '../../record/signal';
import { attributesOf } from '../../runtime/item';
import { isoTime } from '../../status/handler/facts';
import { signalIn } from '../../status/handler/stored-signal';

const KEY = attributesOf({ pk: SIGNAL_PK, sk: SignalKind.HEARTBEAT });

/**
 * Why a check must not repair unless somebody asks for it: the source is silent, so the records may belong to an abandoned replication, and
 * another program may manage the registry by now. Undefined if the source is not silent.
 *
 * The limit is that of the status: with a longer one, a destination that was left behind would undo later changes of other programs for a while. The price of
 * the short limit is a day of drift if a short outage of the source coincides with the schedule. A destination that has never received a heartbeat was not left
 * behind: its records are new.
 */
export async function silenceOf({ dynamodb, config, now }: Pick<DriftContext, 'dynamodb' | 'config' | 'now'>): Promise<string | undefined> {
  const { tableName, sourceRegion, silenceMs } = config;
  const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: [KEY], ConsistentRead: true } } }));
  const item = Responses?.[tableName]?.[0];
  if (!item) return undefined;
  const heartbeat = signalIn(item, SignalKind.HEARTBEAT, { sourceRegion, now: now() });
  if (!heartbeat) return sentence('no heartbeat of the source could be read');
  return now() - heartbeat.timestamp > silenceMs ? sentence(`the last heartbeat of the source was sent at ${isoTime(heartbeat.timestamp)}`) : undefined;
}

function sentence(what: string): string {
  return `SOURCE_SILENT: ${what}, so the check only reports; start a check with { "mode": "repair" } to make this registry match the table`;
}
