import { Duration, RemovalPolicy, Resource, Token } from 'aws-cdk-lib';
import { ApplicationLogLevel, CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { each, expectMember, expectMinutes, expectSwitch, expectWhole, isText, millisecondsOf, shownDuration } from './checks';
import { validateEncryption } from './encryption';
import { invalid, shown } from './errors';
import { validateIdentities } from './identities';
import { validatePrefixes } from './prefixes';
import { hasIotCore, isKnownRegion, partitionOf } from './regions';
import { expectSchedule } from './schedule';
import { DeletionMode } from '../deletion-mode';
import { DriftMode } from '../drift-mode';
import { RegistryKind } from '../registry-kind';
import type { Settings } from './settings';
import { MAX_REPLICATION_NAME_LENGTH, PhysicalNames } from '../record/physical-names';

/** One day more than SQS keeps a message of a dead-letter queue. */
const MIN_TOMBSTONE_RETENTION = Duration.days(15);

const REPLICATION_NAME = new RegExp(`^[A-Za-z][A-Za-z0-9-]{0,${MAX_REPLICATION_NAME_LENGTH - 1}}$`);
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
/** Prefixes that S3 reserves: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];

/** More would be too long for the environment of a function; and nobody would know who writes. */
export const MAX_ACKNOWLEDGED = 20;

/** The settings unchanged, if they are valid. */
export function validated(settings: Settings): Settings {
  validateRegions(settings);
  validateNames(settings);
  validateKinds(settings.kinds);
  validatePrefixes('namePrefixes.things', settings.prefixes.thing);
  validatePrefixes('namePrefixes.thingGroups', settings.prefixes.group);
  validatePrefixes('namePrefixes.thingTypes', settings.prefixes.type);
  validateIdentities(settings);
  validateTombstoneRetention(settings.tombstoneRetention);
  validateHeartbeatInterval(settings.heartbeatInterval);
  validateRouter(settings);
  validateEncryption(settings);
  validatePausedRegions(settings);
  validateAcknowledged(settings);
  validateMembers(settings);
  validateNumbers(settings);
  validateSwitches(settings);
  validateTracing(settings);
  validateSynthesizer(settings.stackSynthesizer);
  expectSchedule('sweepSchedule', settings.sweepSchedule);
  expectSchedule('driftSchedule', settings.driftSchedule);
  return settings;
}

function validateRegions({ sourceRegion, destinationRegions, regionsWithIotCore }: Settings): void {
  if (destinationRegions.length === 0) {
    throw invalid('destinationRegions', shown(destinationRegions), 'at least one Region', 'add the Regions that the registry is replicated to');
  }
  for (const region of each(destinationRegions)) validateRegion('destinationRegions', region);
  const twice = destinationRegions.find((region, i) => destinationRegions.indexOf(region) !== i);
  if (twice) throw invalid('destinationRegions', shown(destinationRegions), 'each Region once', `leave one '${twice}' out`);
  if (destinationRegions.includes(sourceRegion)) {
    throw invalid('destinationRegions', shown(destinationRegions), `Regions other than the source Region '${sourceRegion}'`,
      `leave '${sourceRegion}' out, or pass another \`sourceRegion\``);
  }
  const foreign = destinationRegions.find((region) => partitionOf(region) !== partitionOf(sourceRegion));
  if (foreign) {
    throw invalid('destinationRegions', shown(foreign), `Regions of the partition '${partitionOf(sourceRegion)}' of the source Region '${sourceRegion}'`,
      `leave it out: a global table can't reach the partition '${partitionOf(foreign)}'`);
  }
  for (const region of each(regionsWithIotCore)) validateRegion('regionsWithIotCore', region);
  const expectIotCore = (what: string, region: string) => {
    if (hasIotCore(region) || regionsWithIotCore.includes(region)) return;
    throw invalid(what, shown(region), 'a Region that is known to have AWS IoT Core',
      `choose another one; if https://docs.aws.amazon.com/general/latest/gr/iot-core.html lists it now, add \`regionsWithIotCore: ['${region}']\``);
  };
  expectIotCore('sourceRegion', sourceRegion);
  for (const region of destinationRegions) expectIotCore('destinationRegions', region);
}

/**
 * Only Regions that aws-cdk-lib knows: a typo looks like a Region too, and would be detected only by a failing deployment. A Region that is
 * newer than the library can be registered.
 *
 * @throws Error if it is none
 */
export function validateRegion(what: string, region: string): void {
  if (Token.isUnresolved(region)) {
    throw invalid(what, shown(region), 'a Region that is known at synthesis', "write a concrete Region ('eu-west-1'): it determines which stacks exist");
  }
  if (!isKnownRegion(region)) {
    throw invalid(what, shown(region), "a Region that aws-cdk-lib knows, such as 'eu-west-1'",
      'check the spelling; for a Region that is newer than your aws-cdk-lib, upgrade it or register its facts with `Fact.register`');
  }
}

function validateNames({ replicationName, tableName }: Settings): void {
  if (!isText(replicationName, REPLICATION_NAME)) {
    throw invalid('replicationName', shown(replicationName), `a letter, then letters, digits and hyphens, at most ${MAX_REPLICATION_NAME_LENGTH} characters in all`,
      'choose another name or leave it out');
  }
  const taken = BUCKET_PREFIXES.find((prefix) => `${replicationName.toLowerCase()}-`.startsWith(prefix));
  if (taken !== undefined) {
    throw invalid('replicationName', shown(replicationName), `a name that S3 allows for buckets: it must not start with ${BUCKET_PREFIXES.join(', ')}`,
      'choose another one: the buckets of reports are named after it');
  }
  if (tableName === replicationName && !TABLE_NAME.test(replicationName)) {
    throw invalid('replicationName', shown(replicationName), 'at least 3 characters, because the table has the same name', 'choose a longer one, or pass a `tableName`');
  }
  if (!isText(tableName, TABLE_NAME)) {
    throw invalid('tableName', shown(tableName), '3 to 255 letters, digits, underscores, hyphens and dots, known at synthesis',
      'choose another name: it is the same in every Region, so CloudFormation can\'t choose it');
  }
  if (tableName === new PhysicalNames(replicationName).stateTable) {
    throw invalid('tableName', shown(tableName), 'a name other than that of the state table of each destination', 'choose another name or leave it out');
  }
}

function validateKinds(kinds: RegistryKind[]): void {
  const all = Object.values(RegistryKind);
  if (kinds.length === 0) {
    throw invalid('kinds', shown(kinds), `at least one of ${all.join(', ')}`, 'add the kinds to replicate, or leave it out for all');
  }
  const unknown = kinds.find((kind) => !all.includes(kind));
  if (unknown !== undefined) throw invalid('kinds', shown(unknown), `one of ${all.join(', ')}`, 'use a member of `RegistryKind`');
  if (new Set(kinds).size < kinds.length) throw invalid('kinds', shown(kinds), 'each kind once', 'remove the repetitions');
}

function validateTombstoneRetention(retention: Duration): void {
  const milliseconds = millisecondsOf(retention);
  if (!(milliseconds >= MIN_TOMBSTONE_RETENTION.toMilliseconds())) {
    throw invalid('tombstoneRetention', shownDuration(retention), `at least ${MIN_TOMBSTONE_RETENTION.toHumanString()}, known at synthesis`,
      'choose a longer one: SQS keeps a dead letter for 14 days, and its record has to outlive it');
  }
  if (!Number.isInteger(milliseconds / 1000)) throw invalid('tombstoneRetention', shownDuration(retention), 'whole seconds', 'round it');
}

/** The next heartbeat, which nobody applies, reveals a stream function that can't run: until then the status may be wrong. */
const MAX_HEARTBEAT_MINUTES = 5;

function validateHeartbeatInterval(interval: Duration): void {
  expectMinutes('heartbeatInterval', interval, 'write `Duration.minutes(…)`, or leave it out for a minute', MAX_HEARTBEAT_MINUTES);
}

/** The characters of versions, dates and hashes. */
const ROUTER_VERSION = /^[A-Za-z0-9._:/+-]{1,128}$/;

function validateRouter({ router, routerVersion, sourceRegion }: Settings): void {
  if (router === undefined) {
    if (routerVersion === undefined) return;
    throw invalid('routerVersion', shown(routerVersion), 'none without a `router`', 'pass the router too, or leave it out');
  }
  if (!isFunction(router)) {
    throw invalid('router', shown(router), 'a function of aws-cdk-lib/aws-lambda', 'write `new Function(…)` or `Function.fromFunctionArn(…)`');
  }
  // The version of a function of the app is known at the end of synthesis.
  if (routerVersion !== undefined && !Token.isUnresolved(routerVersion) && !isText(routerVersion, ROUTER_VERSION)) {
    throw invalid('routerVersion', shown(routerVersion), '1 to 128 letters, digits and . _ : / + -', 'write a version, a date or a hash that changes when the router does');
  }
  if (!Token.isUnresolved(router.env.region) && router.env.region !== sourceRegion) {
    throw invalid('router', `a function of the Region '${router.env.region}'`, `a function of the source Region '${sourceRegion}'`,
      'deploy the function there: the workflow can\'t invoke a function of another Region');
  }
  if (Token.isUnresolved(router.env.region) && Resource.isOwnedResource(router) && !hasName(router)) {
    throw invalid('router', `the function '${router.node.path}' of an environment-agnostic stack`, `a function of the source Region '${sourceRegion}'`,
      `set \`env: { region: '${sourceRegion}' }\` on the function's stack, or give the function a \`functionName\`: the workflow is in a stack of its own`);
  }
}

/** By its properties, because an app may have several copies of aws-cdk-lib. */
export function isFunction(given: unknown): given is IFunction {
  return typeof given === 'object' && given !== null && 'functionArn' in given && 'env' in given && 'node' in given;
}

/** Every stack can refer to a function that has a physical name. */
function hasName({ node: { defaultChild } }: IFunction): boolean {
  return defaultChild instanceof CfnFunction && defaultChild.functionName !== undefined && !Token.isUnresolved(defaultChild.functionName);
}

function validatePausedRegions({ pausedRegions, destinationRegions }: Settings): void {
  for (const region of each(pausedRegions)) {
    if (Token.isUnresolved(region)) {
      throw invalid('pausedRegions', shown(region), 'Regions that are known at synthesis', "write concrete Regions ('eu-west-1')");
    }
    if (!destinationRegions.includes(region)) {
      throw invalid('pausedRegions', shown(region), `some of the destinations ${shown(destinationRegions)}`, 'check the spelling, or leave it out');
    }
  }
  const twice = pausedRegions.find((region, i) => pausedRegions.indexOf(region) !== i);
  if (twice) throw invalid('pausedRegions', shown(pausedRegions), 'each Region once', `leave one '${twice}' out`);
}

/** They belong to other apps, so synthesis can't check whether they exist; the status does. */
function validateAcknowledged({ acknowledgedReplications, replicationName }: Settings): void {
  for (const name of each(acknowledgedReplications)) {
    if (!isText(name, REPLICATION_NAME)) {
      throw invalid('acknowledgedReplications', shown(name), 'names of replications, known at synthesis', 'write the `replicationName` of the other replication, as the status reports it');
    }
    if (name === replicationName) throw invalid('acknowledgedReplications', shown(name), 'names of other replications', 'remove the name of this replication');
  }
  if (new Set(acknowledgedReplications).size < acknowledgedReplications.length) {
    throw invalid('acknowledgedReplications', shown(acknowledgedReplications), 'each name once', 'remove the repetitions');
  }
  if (acknowledgedReplications.length > MAX_ACKNOWLEDGED) {
    throw invalid('acknowledgedReplications', `${acknowledgedReplications.length} names`, `at most ${MAX_ACKNOWLEDGED}`, 'remove those that do not exist');
  }
}

function validateMembers({ deletionMode, driftMode, removalPolicy, logRetention, logLevel }: Settings): void {
  expectMember('deletionMode', deletionMode, 'DeletionMode', DeletionMode);
  expectMember('driftMode', driftMode, 'DriftMode', DriftMode);
  expectMember('removalPolicy', removalPolicy, 'RemovalPolicy', RemovalPolicy);
  if (removalPolicy === RemovalPolicy.SNAPSHOT) {
    throw invalid('removalPolicy', '`RemovalPolicy.SNAPSHOT`', 'a policy that DynamoDB supports', 'write `RemovalPolicy.RETAIN`: with `pointInTimeRecovery`, a table can be restored');
  }
  expectMember('logRetention', logRetention, 'RetentionDays', RetentionDays);
  expectMember('logLevel', logLevel, 'ApplicationLogLevel', ApplicationLogLevel);
}

function validateNumbers({ maxDeletionsPerMinute, maxDeletionsPerSweep, registryReadShare, registryWriteShare }: Settings): void {
  expectWhole('maxDeletionsPerMinute', maxDeletionsPerMinute, 1, 'choose such a number; to apply no deletion at all, pass `DeletionMode.RETAIN`');
  if (maxDeletionsPerSweep !== undefined) {
    expectWhole('maxDeletionsPerSweep', maxDeletionsPerSweep, 0, 'choose such a number, or leave it out for the larger of 50 entities and 5 % of them');
  }
  validateShare('registryReadShare', registryReadShare);
  validateShare('registryWriteShare', registryWriteShare);
}

/** With less, reading a page of groups would take longer than a step. */
const MIN_SHARE = 0.01;

function validateShare(prop: string, value: number): void {
  if (Token.isUnresolved(value) || typeof value !== 'number' || !(value >= MIN_SHARE && value <= 1)) {
    throw invalid(prop, shown(value), `at least ${MIN_SHARE} and at most 1, known at synthesis`, 'choose a share of the default quotas, such as 0.5 for half of them');
  }
}

function validateSwitches(settings: Settings): void {
  for (const prop of ['enableRegistryEvents', 'pointInTimeRecovery', 'sweepEnabled', 'driftEnabled', 'logPayloads', 'tracing', 'confirmDeletions', 'acknowledgeNagRules'] as const) {
    expectSwitch(prop, settings[prop]);
  }
}

/** https://docs.amazonaws.cn/en_us/aws/latest/userguide/lambda.html: X-Ray does not work with Lambda there. */
function validateTracing({ tracing, sourceRegion }: Settings): void {
  if (tracing && partitionOf(sourceRegion) === 'aws-cn') {
    throw invalid('tracing', 'true for Regions in China', 'false there', 'leave it out: AWS X-Ray does not work with Lambda in China');
  }
}

/** Each Region has a stack, so several stacks have to be able to share it. */
function validateSynthesizer(synthesizer: unknown): void {
  if (synthesizer === undefined) return;
  const isReusable = typeof synthesizer === 'object' && synthesizer !== null && 'reusableBind' in synthesizer && typeof synthesizer.reusableBind === 'function';
  if (!isReusable) throw invalid('stackSynthesizer', shown(synthesizer), 'a synthesizer that several stacks can use', 'write `new DefaultStackSynthesizer(…)`');
}
