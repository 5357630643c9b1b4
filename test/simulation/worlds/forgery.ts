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
