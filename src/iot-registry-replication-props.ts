import { Duration, IReusableStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ApplicationLogLevel, IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DeletionMode } from './deletion-mode';
import { DriftMode } from './drift-mode';
import { IdentityReplicationOptions } from './identity-replication-options';
import { NamePrefixes } from './name-prefixes';
import { RegistryKind } from './registry-kind';

/** What `IotRegistryReplication` replicates, to which Regions, and how. */
export interface IotRegistryReplicationProps {
  /**
   * Regions whose registries are made to match the registry of the source Region. Each gets a stack of its own, inside the construct.
   *
   * **The replication writes to their registries.** It overwrites things, groups and types that have the same name as a replicated one. It deletes
   * and re-creates a group that has another parent there; the group loses members that are not replicated.
   *
   * Add or remove one Region per deployment: a global table accepts one change of its replicas at a time. The first deployment may have several
   * Regions. The first drift check of a Region that is added later copies the registry; with `driftEnabled: false` or `DriftMode.REPORT`, start it by
   * hand with `{ "mode": "repair" }`. Delete the stack of a removed Region by hand.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
   */
  readonly destinationRegions: string[];

  /**
   * Region whose registry is replicated. Make changes only in this registry.
   *
   * If it is not the Region of the enclosing stack, it gets a stack of its own inside the construct, and the enclosing stack contains no resources
   * (and may be environment-agnostic).
   *
   * @default - the Region of the enclosing stack, which then has to be concrete
   */
  readonly sourceRegion?: string;

  /**
   * Regions that have AWS IoT Core, although this version of the library does not know it.
   *
   * Source and destinations have to be Regions with AWS IoT Core: without it, deploying a source fails, and a destination is deployed but never
   * updated. The library's list is from November 2026. **Check AWS's list before you add a Region here.**
   *
   * @default - none: only the library's list
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
   */
  readonly regionsWithIotCore?: string[];

  /**
   * Name of this replication: a letter, then letters, digits and hyphens, at most 40 characters.
   *
   * It is the prefix of the physical name of every queue, function and workflow, and of the name of every stack that the construct creates.
   * **Changing it replaces all of them, and also the table unless `tableName` is set.**
   *
   * @default - unique for this construct, built from the stack's name, the construct's path and the source Region
   */
  readonly replicationName?: string;

  /**
   * Name of the global table, the same in every Region. **Changing it starts with an empty table.**
   *
   * @default - `replicationName`
   */
  readonly tableName?: string;

  /**
   * Kinds of entities that are replicated. The construct subscribes to the registry events that report them.
   *
   * A kind depends on the kinds that it refers to: a membership needs its thing and its group in the destination, and a thing its type.
   *
   * @default - all
   */
  readonly kinds?: RegistryKind[];

  /**
   * Whether the deployment switches on the required registry events in the source Region.
   *
   * The setting belongs to the account and Region. The deployment merges the required event types with those that are on, never switches any off, and
   * leaves them on when the construct is deleted. With `false` nothing is replicated until somebody else switches them on.
   *
   * @default true
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-events.html#iot-events-enable
   */
  readonly enableRegistryEvents?: boolean;

  /**
   * Prefixes of the names that are replicated. The replicator's permissions are narrowed to them.
   *
   * @default - all names
   */
  readonly namePrefixes?: NamePrefixes;

  /**
   * Whether and how certificates, policies and their attachments are replicated, so that devices can connect after a failover. `{}` replicates them.
   *
   * **Whoever may write to the table, or start `observationWorkflow`, can then let devices into every destination.**
   *
   * **If you remove it again, copies stay in the destinations as they are and nothing revokes them any more**: a certificate that is deactivated or
   * revoked in the source afterwards stays active there. The page about identities says what to do with them.
   *
   * @default - none of them: no role may read or write any of them
   */
  readonly identities?: IdentityReplicationOptions;

  /**
   * A function in the source Region that decides on each change before it is persisted.
   *
   * The workflow invokes it with `{ "record": …, "event": … }`: the record as it would be persisted, and what reported it: the
   * event as AWS sent it or, where a sweep found the difference, `{ "eventType": "REPLICATION_OBSERVATION", "kind": …, "record": … }`. It returns
   * `{ "replicate": false }` to drop the change, or `{ "replicate": true, "state": { … } }` to keep it; the optional `state` replaces the record's
   * state. The workflow retries its errors; after that the event goes to the dead-letter queue.
   *
   * @default - every change that passes the prefixes is replicated, without a Lambda invocation
   */
  readonly router?: IFunction;

  /**
   * Distinguishes the router from its predecessor: 1 to 128 letters, digits and `. _ : / + -`.
   *
   * Each record contains the version of the router that produced it. When the version changes, a sweep starts after the deployment and invokes the
   * router for every entity that has a record. The construct can't see the code of an imported function: **pass a version for it, and change it when
   * the code changes.** Without one, synthesis prints a warning, unless the function was imported by the ARN of a published version.
   *
   * @default - for a function of the app, a hash of its code, handler, runtime, environment and layers; for a version or an alias, the same of the
   * function that it points to; for an imported function, its ARN
   */
  readonly routerVersion?: string;

  /**
   * Whether the workflow reads the source registry before it persists a deletion that an event reports: one `DescribeThing`, `DescribeThingGroup`,
   * `DescribeThingType` or `ListThingGroupsForThing` per deletion.
   *
   * If the registry still has the entity with the id of the event, nothing is deleted and the event goes to the dead-letter queue as `NotDeleted`:
   * somebody forged it, or a membership was added again within seconds, which the next event reports. If the call fails, the event goes there too,
   * and nothing is deleted. Sweeps always read the registry before they delete.
   *
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeThing.html
   */
  readonly confirmDeletions?: boolean;

  /**
   * What happens in the destinations when an entity is deleted in the source.
   *
   * Changing `RETAIN` back to `REPLICATE` deletes nothing retroactively. To delete retained entities, start a drift check with
   * `{ "mode": "repair", "deleteRetained": true }`.
   *
   * @default DeletionMode.REPLICATE
   */
  readonly deletionMode?: DeletionMode;

  /**
   * How many deletions may begin per minute in each destination: a whole number, at least 1.
   *
   * Further deletions wait on the destination's retry queue and are spread over the following minutes; creations and updates continue. A mistake in
   * the source that deletes a fleet therefore arrives slowly, and you have time to add the destination to `pausedRegions`. Deletions of things, thing
   * types, thing groups and memberships count alike. A deletion that has to wait for something else, such as a thing's principals, counts once, when
   * it begins.
   *
   * @default 500
   */
  readonly maxDeletionsPerMinute?: number;

  /**
   * Destinations that the replication does not write to: no change is applied to their registries, and drift checks only report.
   *
   * Use it on the day of a failover: the returning source does not overwrite a promoted destination. Records still arrive in its replica of the
   * table. Its stream keeps changes for 24 hours and its retry queue keeps keys for 14 days; after a longer pause a drift check repairs the
   * destination.
   *
   * @default - none
   */
  readonly pausedRegions?: string[];

  /**
   * Whether sweeps compare the source registry with the table on a schedule, and once after the first deployment.
   *
   * A sweep writes the records that events did not: those of a fleet that existed before, and those of lost events. Without a schedule the workflow
   * still exists, and you can start it by hand. With `identities` this holds for certificate checks too: without a schedule a certificate that is revoked in
   * the source stays active in the destinations, unless a trail of CloudTrail reports the call.
   *
   * @default true
   */
  readonly sweepEnabled?: boolean;

  /**
   * When sweeps compare the source registry with the table.
   *
   * The schedule has to recur without end, so a cron expression has no year: start a single run by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly sweepSchedule?: ScheduleExpression;

  /**
   * How many deletions a sweep may write: a whole number, 0 for none.
   *
   * A sweep that finds more records whose entities are gone from the source registry writes no tombstone and fails; its error contains their number
   * and how to allow it. It has already persisted missing and different entities by then.
   *
   * @default - the larger of 50 and 5 % of the live records
   */
  readonly maxDeletionsPerSweep?: number;

  /**
   * Share of AWS's default quotas, those of larger Regions, that sweeps and drift checks use to read a registry: 0.01 to 1.
   *
   * The rest is left to other readers of the registry.
   *
   * @default 0.5
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits
   */
  readonly registryReadShare?: number;

  /**
   * Share of AWS's default quotas, those of larger Regions, that backfills and repairs use to write to a destination's registry: 0.01 to 1.
   *
   * The rest is left to live changes.
   *
   * @default 0.5
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits
   */
  readonly registryWriteShare?: number;

  /**
   * Whether drift checks compare each destination's registry with its records on a schedule, once after the destination's first deployment, and after
   * each end of a pause. In a paused Region only scheduled checks run, and they only report.
   *
   * Without a schedule the workflow still exists, and you can start it by hand.
   *
   * @default true
   */
  readonly driftEnabled?: boolean;

  /**
   * When drift checks compare each destination's registry with its records.
   *
   * The schedule has to recur without end, so a cron expression has no year: start a single run by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly driftSchedule?: ScheduleExpression;

  /**
   * What a drift check does with the differences that it finds. In `pausedRegions` it only reports. While the source is silent it also only reports,
   * unless somebody starts it with `{ "mode": "repair" }`.
   *
   * @default DriftMode.REPAIR
   */
  readonly driftMode?: DriftMode;

  /**
   * How often the source sends a heartbeat through workflow, table, stream and replicator: whole minutes, 1 to 5.
   *
   * Heartbeats measure the lag of a destination while nothing changes, and their absence triggers an alarm. Each heartbeat also checks whether the
   * registry events are still switched on. **The next heartbeat detects a replicator that can't run**: until then, and for two more minutes, the
   * status can report in sync although nobody applies changes. Therefore intervals are short; a heartbeat costs as much as a change without a
   * registry call.
   *
   * @default Duration.minutes(1)
   */
  readonly heartbeatInterval?: Duration;

  /**
   * Whether logs may contain what is replicated: names, attributes, whole records, and the data of failed executions.
   *
   * **Logs then contain the names of your devices.** A line for each applied change costs about a tenth of its replication.
   *
   * @default false
   */
  readonly logPayloads?: boolean;

  /**
   * The lowest level that the functions log.
   *
   * At `DEBUG` each call of a destination's registry is a line, with the `eventId` of its change.
   *
   * @default ApplicationLogLevel.INFO
   */
  readonly logLevel?: ApplicationLogLevel;

  /**
   * Whether functions and workflows send traces to AWS X-Ray.
   *
   * @default false
   * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-services.html
   */
  readonly tracing?: boolean;

  /**
   * How long the record of a deletion is kept, at least 15 days.
   *
   * It has to outlive the messages of a dead-letter queue, which SQS keeps for 14 days: otherwise a redriven message would find no record.
   *
   * @default Duration.days(30)
   */
  readonly tombstoneRetention?: Duration;

  /**
   * What happens to the global table when it is removed from the stack.
   *
   * The default keeps a table that contains records and deletes one whose first deployment failed, so that the next attempt can use its name. **A
   * table can't be deleted within 24 hours after a replica was added.**
   *
   * A retained table blocks the next deployment with the same `tableName`: delete it first, or choose another name. The queues are deleted with their
   * stacks, including dead letters.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether every replica of the table can be restored to any point of the last 35 days.
   *
   * @default true
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
   */
  readonly pointInTimeRecovery?: boolean;

  /**
   * Keys that encrypt the table: one of the source Region, and one for each destination, given by its ARN.
   *
   * ```ts
   * const encryption = dynamodb.TableEncryptionV2.customerManagedKey(key, {
   *   'eu-west-1': 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef',
   * });
   * ```
   *
   * Customer managed keys also encrypt the queues, the log groups, the buckets of reports and the destinations' `-state` tables, and each role may
   * use the key of its Region as far as its calls require. **The policy of a key that is given by its ARN has to allow CloudWatch Logs to use it
   * before the deployment**; `docs/encryption.md` in the repository has the statement. The construct adds this statement to the policy of a key
   * created in the app.
   *
   * With `TableEncryptionV2.awsManagedKey()` the account's key of DynamoDB encrypts the tables, and everything else is encrypted by default.
   *
   * @default - keys that belong to DynamoDB, SQS, CloudWatch Logs and S3
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
   */
  readonly encryption?: TableEncryptionV2;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Names of other replications that may write to the registries of the destinations, or replicate them back to the source: at most 20.
   *
   * Each replication creates a parameter of AWS Systems Manager in each of its Regions, below `/cdk-iot-registry-replication/`, and destinations read
   * these parameters every minute. A replication that is not acknowledged undoes changes, or is a destination that was left behind: the status
   * reports it, `registryInSync` is `false`, and the alarm `other-replication` triggers. **Acknowledge only replications whose entities can't
   * overlap**, such as two sources with prefixes that exclude each other, in both replications. Synthesis does not know whether a replication of that
   * name exists; `otherReplications` in the status lists those that were found, and those that were not.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
   */
  readonly acknowledgedReplications?: string[];

  /**
   * Whether the construct adds a reason for each rule of cdk-nag's AwsSolutions that its resources do not meet to the metadata of the construct tree,
   * so that cdk-nag 3 does not report it.
   *
   * Templates are the same with and without it, and cdk-nag still reports what you add to a role of the construct. It does not affect cdk-nag 2,
   * which looks for reasons in the templates.
   *
   * @default true
   * @see https://github.com/cdklabs/cdk-nag
   */
  readonly acknowledgeNagRules?: boolean;

  /**
   * Synthesizer of the stacks that the construct creates.
   *
   * Stacks that share a synthesizer share its list of assets. **To be able to deploy a destination while the source Region is down, do not set it,
   * here and in the app.**
   *
   * @default - the enclosing stack's if it can be used again, else the app's
   */
  readonly stackSynthesizer?: IReusableStackSynthesizer;
}
