import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { IotRegistryReplicationProps } from '../iot-registry-replication-props';
import { RegistryKind } from '../registry-kind';
import { hidesItsCode } from './router-version';
import { Settings } from './settings';

const { THING, THING_GROUP, THING_GROUP_MEMBERSHIP, THING_TYPE } = RegistryKind;

/** Ids of the warnings, for `Annotations.of(…).acknowledgeWarning(id)`. */
export const WarningId = {
  MEMBERSHIPS_WITHOUT_ENDS: 'cdk-iot-registry-replication:membershipsWithoutEnds',
  THINGS_WITHOUT_TYPES: 'cdk-iot-registry-replication:thingsWithoutTypes',
  POLICIES_WITHOUT_GROUPS: 'cdk-iot-registry-replication:policiesWithoutGroups',
  CERTIFICATES_WITHOUT_THINGS: 'cdk-iot-registry-replication:certificatesWithoutThings',
  IDENTITIES_WITHOUT_CHECKS: 'cdk-iot-registry-replication:identitiesWithoutChecks',
  UNUSED_PREFIXES: 'cdk-iot-registry-replication:unusedPrefixes',
  ROUTER_WITHOUT_VERSION: 'cdk-iot-registry-replication:routerWithoutVersion',
  REGIONS_WITHOUT_TOPIC: 'cdk-iot-registry-replication:regionsWithoutTopic',
} as const;

/** Warns of combinations of settings that can't work, or not without further help. */
export function warnAbout(scope: IConstruct, { kinds, prefixes, identities, sweepEnabled }: Settings): void {
  const has = (kind: RegistryKind) => kinds.includes(kind);
  const warn = (id: string, message: string) => Annotations.of(scope).addWarningV2(id, message);

  const ends = [THING, THING_GROUP].filter((kind) => !has(kind));
  if (has(THING_GROUP_MEMBERSHIP) && ends.length > 0) {
    warn(WarningId.MEMBERSHIPS_WITHOUT_ENDS, `kinds has ${THING_GROUP_MEMBERSHIP} without ${ends.join(' and ')}: `
      + 'a membership waits for its thing and its group, and becomes a dead letter unless something else creates them in the destination; add the missing kinds');
  }
  if (has(THING) && !has(THING_TYPE)) {
    warn(WarningId.THINGS_WITHOUT_TYPES, `kinds has ${THING} without ${THING_TYPE}: `
      + 'a thing with a type waits for the type, and becomes a dead letter unless something else creates the type in the destination; add the missing kind');
  }
  const ofGroups = [THING_GROUP, THING_GROUP_MEMBERSHIP].filter((kind) => !has(kind));
  if (identities && ofGroups.length > 0) {
    warn(WarningId.POLICIES_WITHOUT_GROUPS, `identities without ${ofGroups.join(' and ')} in kinds: a policy that devices get by their thing groups does not count in the destinations, `
      + 'and what it denies is allowed there; add the missing kinds, or acknowledge it if no thing group has policies');
  }
  if (identities && !has(THING)) {
    warn(WarningId.CERTIFICATES_WITHOUT_THINGS, `identities without ${THING} in kinds: no certificate is attached to a thing in the destinations, so a policy that requires the thing, or names it by a variable, `
      + 'does not let its devices connect there; add the missing kind, or acknowledge it if no policy does');
  }
  if (identities && !sweepEnabled) {
    warn(WarningId.IDENTITIES_WITHOUT_CHECKS, 'identities with sweepEnabled: false: no certificate check runs automatically either, so a certificate that is revoked in the source stays active in the destinations '
      + 'unless a trail of CloudTrail reports the call; leave sweepEnabled out, or acknowledge it and start checks yourself');
  }
  const unused = [
    ...prefixes.thing && !has(THING) && !has(THING_GROUP_MEMBERSHIP) ? ['namePrefixes.things'] : [],
    ...prefixes.group && !has(THING_GROUP) && !has(THING_GROUP_MEMBERSHIP) ? ['namePrefixes.thingGroups'] : [],
    ...prefixes.type && !has(THING_TYPE) ? ['namePrefixes.thingTypes'] : [],
  ];
  if (unused.length > 0) {
    warn(WarningId.UNUSED_PREFIXES, `${unused.join(' and ')} have no effect: their kinds are not in kinds; add the kinds there, or leave the prefixes out`);
  }
}

/** Warns that nothing detects another router: records of the former one stay as they were. */
export function warnOfRouterWithoutVersion(scope: IConstruct, { router, routerVersion }: Pick<IotRegistryReplicationProps, 'router' | 'routerVersion'>): void {
  if (!router || routerVersion !== undefined || !hidesItsCode(router)) return;
  Annotations.of(scope).addWarningV2(WarningId.ROUTER_WITHOUT_VERSION, 'router is an imported function without a routerVersion: '
    + 'the construct can\'t see its code, so when the code changes, no sweep invokes the router again for existing records; '
    + 'pass a routerVersion and change it with the code, or import a published version of the function');
}

/** Warns of Regions whose alarms notify nobody, if other Regions have a topic. */
export function warnOfRegionsWithoutTopic(scope: IConstruct, regions: readonly string[]): void {
  Annotations.of(scope).addWarningV2(WarningId.REGIONS_WITHOUT_TOPIC, `topics has none of ${regions.join(', ')}: `
    + 'alarms there notify nobody, because an alarm can only notify topics of its own Region; add a topic of each Region');
}
