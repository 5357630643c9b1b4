import { abortingIot, HandlerContext, describe, InvocationContext, queuesOf } from './context';
import { InvocationMetrics } from './invocation-metrics';
import { Outside } from './outside';
import { comesByRecord, isUsable } from './prerequisite';
import { Records } from './records';
import { WaitingItems } from './waiting-items';
import { WaitingKeys } from './waiting-keys';
import { WatchItems } from './watch-items';
import { Watches } from './watches';
import { replicates } from '../../kinds/handler/identities';
import { parseKey } from '../../kinds/register';
import { RecordKey } from '../../record/record';

/** How one invocation handles waiting keys. */
export interface Waiting {
  readonly waiting: WaitingKeys;
  readonly watches: Watches;
  readonly items: WaitingItems;
}

/**
 * Whether a destination replicates what a key names. Nothing waits for what it does not replicate: its role may not look, and what is woken ends with the reason.
 */
function isReplicatedHere(key: RecordKey, { config: { identities } }: HandlerContext): boolean {
  return replicates(identities, parseKey(key).kind);
}

export function waitingOf(dependencies: HandlerContext, context: InvocationContext, metrics: InvocationMetrics): Waiting {
  const { dynamodb, config: { tableName, stateTableName, selection }, now, random = Math.random, logger } = dependencies;
  const iot = metrics.counting(abortingIot(dependencies, context));
  const records = new Records(dynamodb, tableName);
  const items = new WaitingItems(dynamodb, stateTableName);
  const queues = queuesOf(dependencies);
  const newRevision = () => `${now().toString(36)}-${Math.floor(random() * Number.MAX_SAFE_INTEGER).toString(36)}`;
  const isThere = async (key: RecordKey) => !isReplicatedHere(key, dependencies) || isUsable(key, iot, records);
  const outside = new Outside(selection);
  const watchItems = new WatchItems(dynamodb, stateTableName);
  const watches = new Watches({ items, watches: watchItems, queues, isThere, comesByRecord, outside, now, newRevision });
  const onFailure = (error: unknown, eventId: string | undefined) => logger.warn('a waiting key could not be stored', { ...describe(error), eventId });
  const onUntold = (error: unknown) => logger.warn('keys that wait could not be told of what was applied', describe(error));
  return { waiting: new WaitingKeys({ items, watches, records, queues, isThere, now, newRevision, onFailure, onUntold }), watches, items };
}
