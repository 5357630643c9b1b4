import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { DriftContext } from './context';
import { SIGNAL_PK, SignalKind } from '../../record/signal';
import { attributesOf } from '../../runtime/item';
import { isoTime } from '../../status/handler/facts';
import { signalIn } from '../../status/handler/stored-signal';

const KEY = attributesOf({ pk: SIGNAL_PK, sk: SignalKind.HEARTBEAT });

/**
 * Why a check that nobody asked for repairs must not make any: the source is silent, so the records may belong to an abandoned replication, and
 * the registry somebody else's by now. Undefined if it is not.
 *
 * The limit is the status's: a longer one would leave a time in which a destination that was left behind takes back what others have changed since. The price of
 * it is a day of drift where a short outage of the source meets the schedule. A destination that never heard of its source has not been left: what it has of
 * records is new.
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
