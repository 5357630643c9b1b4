/** The register of events: the kinds that registry events report. At synthesis only. */
import { groupEvent } from './group/event';
import type { EntityKind } from './index';
import type { KindEvent } from './kind-event';
import { membershipEvent } from './membership/event';
import { thingEvent } from './thing/event';
import { typeEvent } from './type/event';

export const EVENTS: { readonly [K in EntityKind]?: KindEvent } = {
  thing: thingEvent, group: groupEvent, type: typeEvent, membership: membershipEvent,
};
