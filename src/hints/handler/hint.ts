import type { Entity } from '../../kinds';
import { entityOf, hasValidNames, isObserved, keyOf } from '../../kinds/register';
import { nameInArn } from '../../runtime/addressed-iot';

/** Something of the source registry that may have changed: a key, and nothing else. Its state is read. */
export interface Hint {
  readonly entity: Entity;
  /** Seconds after which it is read: provisioning attaches certificates after it has created the thing. */
  readonly delays: readonly number[];
}

/** Seconds after a thing's event. */
const AFTER_THING = [30, 120];

const NOW = [0];

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
  const hints = 'hint' in message ? own(message.hint)
    : message.eventType === THING_EVENT ? principalsOf(message.thingName, AFTER_THING)
      : 'detail' in message ? ofCall(fieldsIn(message.detail)) : certificate(message.certificateId);
  return hints.filter(({ entity }) => hasValidNames(entity));
}

/** A message that names it, for later. */
export function messageOf(entity: Entity): string {
  return JSON.stringify({ hint: keyOf(entity) });
}

/**
 * What a call of AWS IoT is about. Other calls, and calls that have failed, name nothing.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-using-cloudtrail.html
 */
function ofCall({ errorCode, requestParameters, responseElements }: Fields): readonly Hint[] {
  if (errorCode !== undefined) return [];
  const [request, response] = [fieldsIn(requestParameters), fieldsIn(responseElements)];
  return [
    ...principalsOf(request.thingName, NOW),
    ...policy(request.policyName),
    ...certificate(request.certificateId ?? response.certificateId),
    ...target(request.target),
    ...target(request.principal),
  ];
}

function own(key: unknown): readonly Hint[] {
  const { pk, sk } = fieldsIn(key);
  const entity = typeof pk === 'string' && typeof sk === 'string' ? entityOf({ pk, sk }) : undefined;
  return entity && isObserved(entity.kind) ? [{ entity, delays: NOW }] : [];
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
