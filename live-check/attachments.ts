import { AttachPolicyCommand, AttachThingPrincipalCommand, DetachPolicyCommand, DetachThingPrincipalCommand, ThingPrincipalType } from '@aws-sdk/client-iot';
import { Answer, answerOf, shownAnswer } from './answer';
import type { Look } from './look';
import { NotLookable } from './not-lookable';

/** @param target the ARN of a certificate or of a thing group */
export function attachingPolicy({ source: { iot } }: Look, policyName: string, target: string): Promise<Answer> {
  return answerOf(() => iot.send(new AttachPolicyCommand({ policyName, target })));
}

export function detachingPolicy({ source: { iot } }: Look, policyName: string, target: string): Promise<Answer> {
  return answerOf(() => iot.send(new DetachPolicyCommand({ policyName, target })));
}

/** @param principal the ARN of a certificate */
export function attachingPrincipal(
  { source: { iot } }: Look, thingName: string, principal: string, thingPrincipalType: ThingPrincipalType = ThingPrincipalType.NON_EXCLUSIVE_THING,
): Promise<Answer> {
  return answerOf(() => iot.send(new AttachThingPrincipalCommand({ thingName, principal, thingPrincipalType })));
}

export function detachingPrincipal({ source: { iot } }: Look, thingName: string, principal: string): Promise<Answer> {
  return answerOf(() => iot.send(new DetachThingPrincipalCommand({ thingName, principal })));
}

/** For calls that a belief is not about. @throws NotLookable if one was refused */
export async function done(answer: Promise<Answer>): Promise<void> {
  const given = await answer;
  if (!given.ok) throw new NotLookable(`a call that it needs was refused: ${shownAnswer(given)}`);
}
