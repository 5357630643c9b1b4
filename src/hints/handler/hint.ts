import type { Entity } from '../../kinds';
import { entityOf, hasValidNames, isObserved, keyOf } from '../../kinds/register';
import { nameInArn } from '../../runtime/addressed-iot';
import { CA_CALLS } from '../calls';

const REPORTS = ['creation', 'update'] as const;
export type Report = (typeof REPORTS)[number];

/** Something of the source registry that may have changed: a key, and nothing else. Its state is read. */
export interface Hint {
  readonly entity: Entity;
  /** Seconds after which it is read; none: at once. */
  readonly delays: readonly number[];
  /** When it was to be read, in milliseconds since the epoch, if it was put off: a reading that began later covers it. */
  readonly dueAt?: number;
  /** What an event of a thing reports: there can be many of them that mean nothing, so it may be dropped. */
  readonly reports?: Report;
  /** What was reported of the thing, if this is a reading that was put off for that: provisioning may still be at work on what the thing has. */
  readonly follows?: Report;
}

/** Seconds after a thing was created: provisioning attaches certificates later. */
const AFTER_CREATION = [30, 120];

/** Seconds after a thing was updated: provisioning may have found it. */
const AFTER_UPDATE = [120];

const NOW: readonly number[] = [];

const OF_CA: readonly unknown[] = Object.values(CA_CALLS).flat();

type Fields = Readonly<Record<string, unknown>>;

/** `eventType` of registry events about things: https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html */
const THING_EVENT = 'THING_EVENT';

/**
 * What the text of a message names; nothing for any other text. Names that AWS IoT would not accept are none.
 *
 * A message is one of our own, a registry event of a thing, the event of a certificate that a device has registered, or an event of CloudTrail.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/auto-register-device-cert.html
 */
export function hintsIn(text: string): readonly Hint[] {
  const message = parsed(text);
  const hints = 'hint' in message ? own(message)
    : message.eventType === THING_EVENT ? ofThing(message)
      : 'detail' in message ? ofCall(fieldsIn(message.detail)) : certificate(message.certificateId);
  return hints.filter(({ entity }) => hasValidNames(entity));
}

/**
 * A message that names it, for later.
 *
 * @param dueAt when it is to be read, in milliseconds since the epoch
 * @param follows what was reported of the thing that it is about
 */
export function messageOf(entity: Entity, dueAt: number, follows?: Report): string {
  return JSON.stringify({ hint: keyOf(entity), dueAt, follows });
}

function ofThing({ operation, thingName }: Fields): readonly Hint[] {
  const [reports, delays] = operation === 'UPDATED' ? ['update', AFTER_UPDATE] as const : ['creation', AFTER_CREATION] as const;
  return principalsOf(thingName, delays).map((hint) => ({ ...hint, reports }));
}

/**
 * What a call of AWS IoT is about. Calls that have failed name nothing.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-using-cloudtrail.html
 */
function ofCall({ eventName, errorCode, requestParameters, responseElements }: Fields): readonly Hint[] {
  if (errorCode !== undefined) return [];
  const [request, response] = [fieldsIn(requestParameters), fieldsIn(responseElements)];
  const certificateId = request.certificateId ?? response.certificateId;
  if (OF_CA.includes(eventName)) return ca(certificateId);
  return [
    ...principalsOf(request.thingName, NOW),
    ...policy(request.policyName),
    ...certificate(certificateId),
    ...target(request.target),
    ...target(request.principal),
  ];
}

function own({ hint, dueAt, follows }: Fields): readonly Hint[] {
  const { pk, sk } = fieldsIn(hint);
  const entity = typeof pk === 'string' && typeof sk === 'string' ? entityOf({ pk, sk }) : undefined;
  return entity && isObserved(entity.kind) && typeof dueAt === 'number' ? [{ entity, delays: NOW, dueAt, follows: REPORTS.find((each) => each === follows) }] : [];
}

function principalsOf(thingName: unknown, delays: readonly number[]): readonly Hint[] {
  return typeof thingName === 'string' ? [{ entity: { kind: 'principals', thingName }, delays }] : [];
}

function policy(policyName: unknown): readonly Hint[] {
  return typeof policyName === 'string' ? [{ entity: { kind: 'policy', policyName }, delays: NOW }] : [];
}

function certificate(certificateId: unknown): readonly Hint[] {
  return typeof certificateId === 'string' ? [{ entity: { kind: 'certificate', certificateId }, delays: NOW }] : [];
}

function ca(caCertificateId: unknown): readonly Hint[] {
  return typeof caCertificateId === 'string' ? [{ entity: { kind: 'ca', caCertificateId }, delays: NOW }] : [];
}

/** A policy is attached to a certificate or to a group. */
function target(arn: unknown): readonly Hint[] {
  if (typeof arn !== 'string') return [];
  const groupName = nameInArn(arn, 'thinggroup');
  return groupName === undefined ? certificate(nameInArn(arn, 'cert')) : [{ entity: { kind: 'groupPolicies', groupName }, delays: NOW }];
}

function parsed(text: string): Fields {
  try {
    return fieldsIn(JSON.parse(text));
  } catch {
    return {};
  }
}

function fieldsIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {};
}
