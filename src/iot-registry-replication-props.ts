import { Duration, IReusableStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ApplicationLogLevel, IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { DeletionMode } from './deletion-mode';
import { DriftMode } from './drift-mode';
import { NamePrefixes } from './name-prefixes';
import { RegistryKind } from './registry-kind';

/** What `IotRegistryReplication` replicates, where to, and how long it keeps what. */
export interface IotRegistryReplicationProps {
  /**
   * Regions whose registries are made to match the one of the source Region. Each gets a stack of its own, inside the construct.
   *
   * **Their registries are written to.** Things, groups and types that exist there under a name that is replicated are overwritten; a group
   * that lies under another parent there is deleted and made anew, and loses members that are not replicated.
   *
   * Add or remove one Region per deployment: a global table takes one change of its replicas at a time. The first deployment may have several.
   * A Region that is added later is brought level by its first drift check; with `driftEnabled: false` or `DriftMode.REPORT`, start that by hand,
   * with `{ "mode": "repair" }`. The stack of a Region that is removed has to be deleted by hand.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
   */
  readonly destinationRegions: string[];

  /**
   * Region whose registry is replicated, the only one where changes are to be made.
   *
   * If it is not the Region of the enclosing stack, it gets a stack of its own inside the construct, and the enclosing stack holds nothing
   * (and may be environment-agnostic).
   *
   * @default - the Region of the enclosing stack, which then has to be concrete
   */
  readonly sourceRegion?: string;

  /**
   * Regions that have AWS IoT Core by now, although this version of the library does not know it.
   *
   * Source and destinations have to be Regions where AWS IoT Core is known to be: without it, a source can't be deployed, and a destination is deployed
   * and never replicated to. The library's list is of November 2026. **Look the Region up in AWS's list before you name it here.**
   *
   * @default - none: the library's list alone
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
   */
  readonly regionsWithIotCore?: string[];

  /**
   * Name of this replication: a letter, then letters, digits and hyphens, at most 40 characters.
   *
   * Prefix of the physical name of every queue, function and workflow, and of the name of every stack that the construct makes.
   * **Changing it replaces all of them, and the table too if that has no `tableName` of its own.**
   *
   * @default - unique for this construct, made of the stack's name, the construct's path and the source Region
   */
  readonly replicationName?: string;

  /**
   * Name of the global table, the same in every Region. **Changing it starts an empty table.**
   *
   * @default - `replicationName`
   */
  readonly tableName?: string;

  /**
   * Kinds of entities that are replicated. The construct takes the registry events that report them.
   *
   * A kind relies on those that it refers to: a membership needs its thing and its group in the destination, and a thing its type.
   *
   * @default - all
   */
  readonly kinds?: RegistryKind[];

  /**
   * Whether the deployment switches on the registry events that it needs in the source Region.
   *
   * The switches belong to the account and Region. They are merged with what is on, none is ever switched off, and they stay on when
   * the construct is deleted. With `false` nothing is replicated until somebody else has switched them on.
   *
   * @default true
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-events.html#iot-events-enable
   */
  readonly enableRegistryEvents?: boolean;

  /**
   * Beginnings of the names that are replicated. The replicator's permissions are narrowed to them.
   *
   * @default - all names
   */
  readonly namePrefixes?: NamePrefixes;

  /**
   * A function of the source Region that decides on each change before it is persisted.
   *
   * It gets `{ "record": …, "event": … }`, the record as it would be persisted and the event as AWS sent it, and returns
   * `{ "replicate": false }` to drop the change, or `{ "replicate": true, "state": { … } }` to keep it, with `state` (optional) in place of
   * the record's. Its errors are retried; after that the event goes to the dead-letter queue.
   *
   * @default - every change that passes the prefixes is replicated, without a Lambda invocation
   */
  readonly router?: IFunction;

  /**
   * What tells the router from the one before it: 1 to 128 letters, digits and `. _ : / + -`.
   *
   * Each record says which version of the router it was made by. Once it is another, a sweep starts after the deployment and asks the router about everything
   * that has a record. The construct can't see the code of a function that was imported: **pass a version for it, and change it when the code changes.**
   * Without one there is a warning at synthesis, unless it was imported by the ARN of a published version.
   *
   * @default - a hash of code, handler, runtime, environment and layers of a function of the app, of what a version or an alias of one points to, of the ARN
   * of an imported function
   */
  readonly routerVersion?: string;

  /**
   * Whether the source registry is asked before a deletion that an event reports is replicated: one `DescribeThing`, `DescribeThingGroup`,
   * `DescribeThingType` or `ListThingGroupsForThing` for each, in the workflow.
   *
   * What the registry still has, with the id of the event, is not deleted: the event goes to the dead-letter queue as `NotDeleted`. Somebody forged it, or a
   * membership was added again within seconds, which the next event says. A call that fails goes there too, and deletes nothing. What a sweep finds to be
   * gone is asked for in any case.
   *
   * @default false
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeThing.html
   */
  readonly confirmDeletions?: boolean;

  /**
   * What happens in the destinations when something is deleted in the source.
   *
   * Changed from `RETAIN` to `REPLICATE`, nothing of before is deleted by itself: it takes a drift check that is started with
   * `{ "mode": "repair", "deleteRetained": true }`.
   *
   * @default DeletionMode.REPLICATE
   */
  readonly deletionMode?: DeletionMode;

  /**
   * How many deletions are begun in a minute in each destination: a whole number, at least 1.
   *
   * Deletions beyond it wait on the destination's retry queue and are spread over the minutes that follow; creations and updates go on. So a
   * mistake in the source that deletes a fleet takes a while to arrive, and there is time to name the destination in `pausedRegions`. Deletions
   * of things, thing types, thing groups and memberships count alike. One that has to wait for something else, such as a thing's principals, is
   * counted once, when it is begun.
   *
   * @default 500
   */
  readonly maxDeletionsPerMinute?: number;

  /**
   * Destinations that are left as they are: nothing of the replication is written to their registries, and a drift check reports only.
   *
   * For the day of a failover: a destination that has been promoted is not overwritten when the source returns. Records go on arriving in its
   * replica of the table. Its stream keeps changes for 24 hours and its retry queue keeps keys for 14 days; after a longer pause a drift check
   * brings the destination level.
   *
   * @default - none
   */
  readonly pausedRegions?: string[];

  /**
   * Whether the source registry is compared with the table on a schedule, and once after the first deployment.
   *
   * Such a sweep writes the records that events did not: those of a fleet that was there before, and those that got lost. Without a schedule the
   * workflow is there all the same, to be started by hand.
   *
   * @default true
   */
  readonly sweepEnabled?: boolean;

  /**
   * When the source registry is compared with the table.
   *
   * It has to recur: a single run is started by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly sweepSchedule?: ScheduleExpression;

  /**
   * How many deletions a sweep may find: a whole number, 0 for none.
   *
   * A sweep that finds more of the table's records gone from the source registry writes no tombstone at all and fails, with their number and
   * how to allow it. What it found to be missing or different has been persisted by then.
   *
   * @default - the larger of 50 and 5 % of the live records
   */
  readonly maxDeletionsPerSweep?: number;

  /**
   * Share of AWS's default quotas, those of larger Regions, that sweeps and drift checks read a registry with: 0.01 to 1.
   *
   * The rest is left to whoever else reads the registry.
   *
   * @default 0.5
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits
   */
  readonly registryReadShare?: number;

  /**
   * Share of AWS's default quotas, those of larger Regions, that backfills and repairs write to a destination's registry with: 0.01 to 1.
   *
   * The rest is left to the changes that are made meanwhile.
   *
   * @default 0.5
   * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#thing-limits
   */
  readonly registryWriteShare?: number;

  /**
   * Whether each destination's registry is compared with its records on a schedule, and once after the destination's first deployment and after each
   * end of a pause. In a paused Region only the schedule runs, and reports.
   *
   * Without a schedule the workflow is there all the same, to be started by hand.
   *
   * @default true
   */
  readonly driftEnabled?: boolean;

  /**
   * When each destination's registry is compared with its records.
   *
   * It has to recur: a single run is started by hand.
   *
   * @default ScheduleExpression.rate(Duration.days(1))
   */
  readonly driftSchedule?: ScheduleExpression;

  /**
   * What a drift check does about the differences that it finds. Destinations in `pausedRegions` are only reported on, and while the source is
   * silent all are, unless somebody starts a check with `{ "mode": "repair" }`.
   *
   * @default DriftMode.REPAIR
   */
  readonly driftMode?: DriftMode;

  /**
   * How often the source sends a heartbeat through workflow, table, stream and replicator: whole minutes, 1 to 5.
   *
   * So the lag of a destination is known when nothing changes, and silence is an alarm. A heartbeat also finds out whether the registry
   * events are still switched on. **A destination whose replicator can't run is found out by the next heartbeat**: until then, and for two minutes
   * more, its status can be in sync with changes that nobody applies. So intervals are short, and a heartbeat costs as much as a change
   * without a registry call.
   *
   * @default Duration.minutes(1)
   */
  readonly heartbeatInterval?: Duration;

  /**
   * Whether logs may have what is replicated in them: names, attributes, whole records, and the data of executions that fail.
   *
   * **They then name your devices.** A line is written for each change that is applied, which costs about as much as a tenth of its replication.
   *
   * @default false
   */
  readonly logPayloads?: boolean;

  /**
   * The least severe messages that the functions log.
   *
   * At `DEBUG` each call of a destination's registry is a line, with the `eventId` of the change that it is made for.
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
   * It has to outlive the messages of a dead-letter queue, which live for 14 days: redriving one would otherwise find no record.
   *
   * @default Duration.days(30)
   */
  readonly tombstoneRetention?: Duration;

  /**
   * What happens to the global table when it leaves the stack.
   *
   * The default keeps a table that holds records and removes one whose first deployment failed, so that the next attempt finds its
   * name free. **A table can't be deleted within 24 hours after a replica was added.**
   *
   * A retained table is in the way of the next deployment under the same `tableName`: delete it before, or choose another name. The queues
   * are deleted with their stacks, and dead letters with them.
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
   * Keys that the table is encrypted with: one of the source Region, and by its ARN one for each destination.
   *
   * ```ts
   * const encryption = dynamodb.TableEncryptionV2.customerManagedKey(key, {
   *   'eu-west-1': 'arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef',
   * });
   * ```
   *
   * Keys of the customer also encrypt the queues, the log groups, the buckets of reports and the destinations' `-state` tables, and each role may
   * use its Region's as far as its calls need it. **A key that is referred to by its ARN has to allow CloudWatch Logs to use it before the
   * deployment**; the README has the statement. A key of the app is told so by the construct.
   *
   * With `TableEncryptionV2.awsManagedKey()` the tables are encrypted with the account's key of DynamoDB, and the rest as by default.
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
   * Names of other replications that are meant to write to the registries of the destinations, or to replicate them back to the source: at most 20.
   *
   * Each replication leaves a parameter of AWS Systems Manager in each of its Regions, under `/cdk-iot-registry-replication/`, and destinations look there each
   * minute. Another one that is not acknowledged undoes changes, or is a destination of before that was left behind: the status says so, `registryInSync` is
   * `false`, and the alarm `other-replication` is raised. **Acknowledge only those that can't meet**: of two sources with prefixes that exclude each other, say,
   * in both replications. Whether there is one of that name is not known at synthesis; `otherReplications` in the status says which were found, and which not.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
   */
  readonly acknowledgedReplications?: string[];

  /**
   * Whether the construct says, in the metadata of the construct tree, which rules of cdk-nag's AwsSolutions its resources do not meet, each with its reason, so that
   * cdk-nag 3 does not report them.
   *
   * Templates are the same with it and without it, and what you add to a role of the construct is reported. Of cdk-nag 2, which looks for such reasons in the
   * templates, it changes nothing.
   *
   * @default true
   * @see https://github.com/cdklabs/cdk-nag
   */
  readonly acknowledgeNagRules?: boolean;

  /**
   * Synthesizer of the stacks that the construct makes.
   *
   * Stacks that share a synthesizer share the list of their assets. **To be able to deploy a destination while the source Region is down, leave
   * it out, here and in the app.**
   *
   * @default - the enclosing stack's if it can be used again, else the app's
   */
  readonly stackSynthesizer?: IReusableStackSynthesizer;
}
