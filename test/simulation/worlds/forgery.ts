import { nameOfMembership } from './view';
import { ACCOUNT_ID } from '../definition';
import type { EmittedEvent } from '../history';

/** An event of a thing that its registry never made, as somebody who may publish to the rule could send it. */
export interface Forgery {
  readonly thingName: string;
  /** A deletion, a change with a version that is never reached, or one of the future. */
  readonly says: 'deletion' | 'version' | 'future';
  /** Whether the forger knows the id of the thing. */
  readonly knowsId: boolean;
}

const DAY = 24 * 60 * 60_000;

/** @param now by the clock of the source */
export function forgedEvent({ thingName, says, knowsId }: Forgery, id: string | undefined, now: number): EmittedEvent['payload'] {
  const timestamp = now + (says === 'future' ? DAY : 0);
  return {
    eventType: 'THING_EVENT',
    eventId: `forged-${timestamp}`,
    timestamp,
    operation: says === 'deletion' ? 'DELETED' : 'UPDATED',
    accountId: ACCOUNT_ID,
    thingId: (knowsId && id) || 'forged',
    thingName,
    versionNumber: says === 'version' ? 1_000 : 1,
    thingTypeName: null,
    attributes: { owner: 'mallory' },
  };
}

interface LetterEvent {
  readonly eventId?: string;
  readonly thingName?: string;
  readonly thingGroupName?: string;
  readonly thingTypeName?: string | null;
  readonly thingArn?: string;
  readonly groupArn?: string;
}

/** What the event of a dead letter of the source is about; nothing if it was forged. */
export function namesOfLetter(letter: string): string[] {
  const { event } = JSON.parse(letter) as { readonly event?: LetterEvent };
  if (!event || event.eventId?.startsWith('forged')) return [];
  const { thingName, thingGroupName, thingTypeName, thingArn, groupArn } = event;
  if (thingArn && groupArn) return [nameOfMembership(thingArn.split('/')[1], groupArn.split('/')[1])];
  if (thingName) return [`thing ${thingName}`];
  if (thingGroupName) return [`group ${thingGroupName}`];
  return thingTypeName ? [`type ${thingTypeName}`] : [];
}
