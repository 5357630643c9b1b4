import { entityOf } from '../../kinds/register';
import { SIGNAL_EVENTS } from '../../record/signal';
import { shownEntity } from '../entities';
import { causeOf } from './causes';

/** What has to be done with a letter so that its change is tried again; undefined if nothing can be. */
export type Redrive =
  /** The key goes back to the retry queue. */
  | { readonly to: 'retry-queue'; readonly body: string }
  /** The workflow is started with the event. */
  | { readonly to: 'workflow'; readonly event: string };

/** A dead letter, whichever of its formats it has: see docs/dead-letters.md. */
export interface Letter {
  /** `event`, `rule` and `observation` are of the source, `key`, `message` and `batch` of a destination. */
  readonly format: 'event' | 'rule' | 'observation' | 'key' | 'message' | 'batch' | 'unknown';
  /** Why it is there: absent in formats of AWS. */
  readonly class?: string;
  readonly error?: string;
  readonly reason?: string;
  /** ISO 8601. */
  readonly time?: string;
  readonly attempts?: number;
  /** As commands take it, `thing/lamp-1`; what is known of it, if it has no key. */
  readonly entity?: string;
  readonly redrive?: Redrive;
  /** What has to be done before it is redriven; of one that can't be, why, and what to do. */
  readonly advice?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const OBSERVATION = 'REPLICATION_OBSERVATION';

/** Reads the body of a message. Every message is a letter: what nobody knows can still be shown and deleted. */
export function letterIn(body: string): Letter {
  const fields = objectIn(body);
  if (!fields) return { format: 'unknown', advice: 'it is no JSON: read it, then delete it' };
  const common = commonOf(fields);
  if ('DDBStreamBatchInfo' in fields) {
    return { format: 'batch', error: textOf((fields.requestContext as Fields | undefined)?.condition), advice: 'records of the stream grew too old: repair the Region, then delete it' };
  }
  if (typeof fields.base64OriginalPayload === 'string') return { ...common, ...ofRule(fields, fields.base64OriginalPayload) };
  if (isObject(fields.event)) return { ...common, ...ofEvent(fields, fields.event, common) };
  if (typeof fields.pk === 'string' && typeof fields.sk === 'string') {
    const entity = entityOf({ pk: fields.pk, sk: fields.sk });
    const cause = causeOf('key', common.class, common.error);
    return { ...common, format: 'key', entity: entity ? shownEntity(entity) : `${fields.pk} ${fields.sk}`, redrive: { to: 'retry-queue', body }, ...known('advice', cause) };
  }
  if ('received' in fields) return { ...common, format: 'message', advice: 'somebody sent a message without a key: delete it' };
  return { ...common, format: 'unknown', advice: 'its format is unknown to this version: read it, then delete it' };
}

function ofEvent(fields: Fields, event: Fields, common: Omit<Letter, 'format'>): Letter {
  const eventType = textOf(event.eventType);
  if (eventType === OBSERVATION || (eventType !== undefined && eventType in SIGNAL_EVENTS)) {
    return { format: 'observation', entity: entityIn(isObject(event.record) ? event.record : {}) ?? eventType, advice: 'it comes from a sweep: delete it, the next sweep looks again' };
  }
  const cause = causeOf('event', common.class, common.error);
  return { format: 'event', entity: namesIn(isObject(fields.entity) ? fields.entity : event), redrive: { to: 'workflow', event: JSON.stringify(event) }, ...known('advice', cause) };
}

function ofRule({ topic, failures, ruleName }: Fields, base64: string): Letter {
  const payload = Buffer.from(base64, 'base64').toString('utf8');
  const [failure] = Array.isArray(failures) ? failures as readonly unknown[] : [];
  const rule: Letter = {
    format: 'rule',
    error: isObject(failure) ? textOf(failure.failedAction) : textOf(ruleName),
    reason: isObject(failure) ? textOf(failure.errorMessage) : undefined,
    entity: textOf(topic)?.replace(/^\$aws\/events\//, ''),
  };
  return objectIn(payload) ? { ...rule, redrive: { to: 'workflow', event: payload } } : { ...rule, advice: 'its payload is no JSON: delete it, the next sweep looks again' };
}

function commonOf(fields: Fields): Omit<Letter, 'format'> {
  const time = textOf(fields.time);
  return {
    ...known('class', textOf(fields.class)),
    ...known('error', textOf(fields.error)),
    ...known('reason', textOf(fields.reason)),
    ...known('time', time),
    ...known('attempts', typeof fields.attempts === 'number' ? fields.attempts : undefined),
  };
}

function known<Name extends keyof Letter>(name: Name, value: Letter[Name]): Partial<Letter> {
  return value === undefined ? {} : { [name]: value };
}

function entityIn({ pk, sk }: Fields): string | undefined {
  const entity = typeof pk === 'string' && typeof sk === 'string' ? entityOf({ pk, sk }) : undefined;
  return entity && shownEntity(entity);
}

/** The names in an event, as `THING_EVENT lamp-1`. */
function namesIn(entity: Fields): string {
  return Object.entries(entity).filter(([name, value]) => typeof value === 'string' && (name === 'eventType' || /Name$|Id$/.test(name))).map(([, value]) => value).join(' ');
}

function objectIn(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    // Whatever it is, it is shown as it is.
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
