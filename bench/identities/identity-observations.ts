import { IdentityFleet } from './identity-fleet';
import type { Entity, EntityKind } from '../../src/kinds';
import { OBSERVATION_EVENT, ObservedRecord, Origin, recordOf } from '../../src/kinds/observation';
import { Fleet } from '../comparison/fleet';
import type { Observation } from '../comparison/fleet-observations';

/** Long before any sweep. */
const ORIGIN: Origin = { eventId: 'before', timestamp: 1_700_000_000_000 };
/** The incarnation of each policy, as the source reports it. */
const POLICY_INCARNATION = '1700000000000-first';

/** All identities of a fleet, as observations. */
export function* identityObservations(fleet: Fleet, identities: IdentityFleet): Generator<Observation> {
  for (const entity of identityEntities(fleet, identities)) yield identityObservationFor(fleet, identities, entity);
}

/** All identities of a fleet. */
export function* identityEntities(fleet: Fleet, identities: IdentityFleet): Generator<Entity> {
  for (let i = 0; i < identities.policyCount; i++) yield { kind: 'policy', policyName: identities.policyName(i) };
  for (let i = 0; i < identities.size; i++) yield { kind: 'certificate', certificateId: identities.certificate(i).certificateId };
  for (let i = 0; i < fleet.size; i++) yield { kind: 'principals', thingName: fleet.thing(i)!.thingName };
}

/** One of them, as an observation. */
export function identityObservationFor(fleet: Fleet, identities: IdentityFleet, entity: Entity): Observation {
  switch (entity.kind) {
    case 'policy': {
      const state = { document: identities.documentOf(entity.policyName) };
      return observed('policy', recordOf({ ...entity, version: 0, incarnation: POLICY_INCARNATION, state }, [], ORIGIN));
    }
    case 'certificate': {
      const { registeredAt, status, pem, policyName } = identities.certificateNamed(entity.certificateId)!;
      const state = { status, pem, policies: [policyName] };
      return observed('certificate', recordOf({ ...entity, version: 0, incarnation: String(registeredAt), state }, [], ORIGIN));
    }
    case 'principals': {
      const { thingId } = fleet.thingNamed(entity.thingName)!;
      const state = { elements: [identities.certificateOfThing(fleet.numberOf(entity.thingName)).certificateId] };
      return observed('principals', recordOf({ ...entity, state }, [thingId], ORIGIN));
    }
    default: throw new Error(`the identities have no ${entity.kind}`);
  }
}

function observed(kind: EntityKind, record: ObservedRecord): Observation {
  return { eventType: OBSERVATION_EVENT, kind, record };
}
