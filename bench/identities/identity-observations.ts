import { IdentityFleet } from './identity-fleet';
import type { EntityKind } from '../../src/kinds';
import { OBSERVATION_EVENT, ObservedRecord, Origin, recordOf } from '../../src/kinds/observation';
import { Fleet } from '../comparison/fleet';
import type { Observation } from '../comparison/fleet-observations';

/** Long before any sweep. */
const ORIGIN: Origin = { eventId: 'before', timestamp: 1_700_000_000_000 };
/** The incarnation of each policy, as the source reports it. */
const POLICY_INCARNATION = '1700000000000-first';

/** All identities of a fleet, as observations. */
export function* identityObservations(fleet: Fleet, identities: IdentityFleet): Generator<Observation> {
  for (let i = 0; i < identities.policyCount; i++) {
    const policyName = identities.policyName(i);
    const state = { document: identities.documentOf(policyName) };
    yield observed('policy', recordOf({ kind: 'policy', policyName, version: 0, incarnation: POLICY_INCARNATION, state }, [], ORIGIN));
  }
  for (let i = 0; i < identities.size; i++) {
    const { certificateId, registeredAt, status, pem, policyName } = identities.certificate(i);
    const state = { status, pem, policies: [policyName] };
    yield observed('certificate', recordOf({ kind: 'certificate', certificateId, version: 0, incarnation: String(registeredAt), state }, [], ORIGIN));
  }
  for (let i = 0; i < fleet.size; i++) {
    const { thingName, thingId } = fleet.thing(i)!;
    const state = { elements: [identities.certificateOfThing(i).certificateId] };
    yield observed('principals', recordOf({ kind: 'principals', thingName, state }, [thingId], ORIGIN));
  }
}

function observed(kind: EntityKind, record: ObservedRecord): Observation {
  return { eventType: OBSERVATION_EVENT, kind, record };
}
