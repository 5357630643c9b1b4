import { Stack } from 'aws-cdk-lib';
import { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, Dependable } from 'constructs';
import { Access, grantAccess, Site } from './access/operators';
import { acknowledgeEmptiness, acknowledgeRules } from './compliance/acknowledgements';
import { Destination } from './destination';
import { IotRegistryReplicationProps } from './iot-registry-replication-props';
import { IdentityMetrics, SourceMetrics } from './metrics/metric-names';
import { metricOf, MetricOrigin } from './metrics/metrics';
import { addAlarms } from './monitoring/alarms/alarms';
import { addDashboard } from './monitoring/dashboard';
import { Monitored } from './monitoring/monitored';
import { PhysicalNames } from './record/physical-names';
import { Imports } from './regional/imports';
import { MarkerRole } from './regional/marker';
import { RegionalStack } from './regional/regional-stack';
import { RegistryDestination } from './registry-destination';
import { ReplicationAlarmsOptions } from './replication-alarms-options';
import { ReplicationDashboardOptions } from './replication-dashboard-options';
import { settingsOf } from './settings/defaults';
import { invalid, shown } from './settings/errors';
import { concreteRegion } from './settings/naming';
import { checkAgainstPeers } from './settings/one-writer';
import { Settings } from './settings/settings';
import { warnAbout, warnOfRouterWithoutVersion } from './settings/warnings';
import { createSource, TABLE_ID } from './source';

/**
 * Replicates the AWS IoT Core registry of one Region to others: things, thing types, thing groups with their hierarchy, and memberships.
 *
 * ```ts
 * new IotRegistryReplication(this, 'Replication', { destinationRegions: ['eu-west-1'] });
 * ```
 *
 * A registry event reports a change of the source registry. A topic rule passes it to an Express workflow, which writes one record per entity to a
 * DynamoDB global table. In each destination a function consumes the stream of the local replica and makes the registry match the record. A
 * destination needs nothing from the source Region.
 *
 * Each destination has a stack of its own inside the construct: **deploy with `cdk deploy --all`** (or `'Prod/**'` in a Stage), and bootstrap every
 * Region before. A sweep copies entities that existed before the deployment; it runs once after the deployment and then every day.
 *
 * The attributes refer to the resources by ARN, so you can use them in every stack of the app. The constructs behind them are children of this
 * construct, as an escape hatch.
 *
 * With `identities`, certificates, policies and their attachments are replicated too. Shadows, tags, billing groups and dynamic groups are not:
 * registry events do not report their changes, or not completely.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/registry-events.html
 */
export class IotRegistryReplication extends Construct {
  /** Name of this replication, the prefix of its physical names. */
  public readonly replicationName: string;

  /** The Region whose registry is replicated. */
  public readonly sourceRegion: string;

  /** The Regions whose registries are made to match, as given. */
  public readonly destinationRegions: string[];

  /** The global table of records, in the source Region. **Whatever you write to it is written to the registry of every destination.** */
  public readonly table: ITableV2;

  /** The Express workflow that turns registry events into records. The topic rules start it; you can start it by hand with an event. */
  public readonly persistenceWorkflow: IStateMachine;

  /**
   * The Express workflow that persists what no rule may send: heartbeats, results of sweeps, and what sweeps read. It has the states of
   * `persistenceWorkflow`, and those for signals. **Whoever may start it can make every destination report in sync.**
   */
  public readonly observationWorkflow: IStateMachine;

  /**
   * The Standard workflow that compares the source registry with the table and persists the differences: entities that existed before the first
   * deployment, and changes that no event reported.
   *
   * It runs automatically after the first deployment and on `sweepSchedule`. Start it with `{}`, with `{ "mode": "report" }` to write only the
   * report, or with `{ "maxDeletions": 1234 }` to allow more deletions than `maxDeletionsPerSweep`. Its output contains the counts and the first
   * differences.
   */
  public readonly sweepWorkflow: IStateMachine;

  /**
   * Reports of the sweeps, in the source Region, under `reports/<execution>/`: one difference per line, for 90 days. They contain names of things.
   */
  public readonly sweepReportsBucket: IBucket;

  /**
   * The Standard workflow that compares certificates, policies and their attachments with the table and persists the differences, as `sweepWorkflow`
   * does for the registry, with the same input. Undefined without `identities`.
   */
  public readonly identitySweepWorkflow?: IStateMachine;

  /**
   * Reports of the sweeps of identities, in the source Region, under `reports/<execution>/`, for 90 days. They contain ids of certificates and names of
   * policies and things. Undefined without `identities`.
   */
  public readonly identityReportsBucket?: IBucket;

  /**
   * The Standard workflow that compares the status of all certificates with their records every few minutes and persists the differences. Its input is `{}`, or
   * `{ "maxDeactivations": 100 }` to allow more deactivations than `maxDeactivationsPerSweep`, once. Undefined without `identities`.
   */
  public readonly certificateCheckWorkflow?: IStateMachine;

  /** Events of the source Region that could not be persisted, with the reason, for 14 days. */
  public readonly deadLetterQueue: IQueue;

  /** The destinations, in the order of `destinationRegions`. */
  public readonly destinations: RegistryDestination[];

  private readonly names: PhysicalNames;
  private readonly monitored: Monitored;

  /**
   * @throws Error if a prop can't be satisfied, if the source Region is not known at synthesis, if another replication of the app writes in the
   * opposite direction, or if one has the same name; the message contains what was given, what is expected and what to do
   */
  constructor(scope: Construct, id: string, props: IotRegistryReplicationProps) {
    super(scope, id);
    const settings = settingsOf(this, props);
    this.replicationName = settings.replicationName;
    this.sourceRegion = settings.sourceRegion;
    this.destinationRegions = settings.destinationRegions;
    this.names = new PhysicalNames(settings.replicationName);
    checkAgainstPeers(this, settings.tableName, this.replicationsOfTheApp());
    warnAbout(this, settings);
    warnOfRouterWithoutVersion(this, props);

    const source = settings.sourceRegion === concreteRegion(this) ? this : this.createStack(settings.sourceRegion, settings);
    createSource(source, settings, this.names);
    this.monitored = { replication: this, source, settings };
    this.destinations = settings.destinationRegions.map((region) => this.createDestination(region, source, settings));

    const imports = new Imports(source, 'Imports');
    this.table = imports.table(settings.tableName);
    this.persistenceWorkflow = imports.stateMachine('PersistenceWorkflow', this.names.persistenceWorkflow);
    this.observationWorkflow = imports.stateMachine('ObservationWorkflow', this.names.observationWorkflow);
    this.sweepWorkflow = imports.stateMachine('SweepWorkflow', this.names.sweep);
    this.sweepReportsBucket = imports.bucket('SweepReports', this.names.reportsBucket(Stack.of(source)));
    if (settings.identities) {
      this.identitySweepWorkflow = imports.stateMachine('IdentitySweepWorkflow', this.names.identitySweep);
      this.certificateCheckWorkflow = imports.stateMachine('CertificateCheckWorkflow', this.names.certificateCheck);
      this.identityReportsBucket = imports.bucket('IdentityReports', this.names.identityReportsBucket(Stack.of(source)));
    }
    this.deadLetterQueue = imports.queue('DeadLetterQueue', this.names.deadLetterQueue);
    this.showOnlyTheEnclosingStackToDependents();
    if (source !== this) acknowledgeEmptiness(Stack.of(this));
    if (settings.acknowledgeNagRules) acknowledgeRules(this);
  }

  /**
   * The destination of a Region.
   *
   * @param region one of `destinationRegions`
   * @throws Error if the Region is not one of them
   */
  public destination(region: string): RegistryDestination {
    const found = this.destinations.find((each) => each.region === region);
    if (!found) throw invalid('region', shown(region), `a destination, one of ${shown(this.destinationRegions)}`, 'add it to `destinationRegions`');
    return found;
  }

  /**
   * Grants what the commands need that only look: `status`, `diff --last`, `explain` and `letters` without its options, in every Region.
   *
   * It includes reading single entities of the registries, records, reports and dead letters, which contain names of things. While `letters` runs, other
   * readers of the queues do not see the letters.
   *
   * ```ts
   * replication.grantRead(reader);
   * ```
   *
   * @see https://github.com/iot-registry-replication/cdk-iot-registry-replication/blob/main/docs/command-line.md#permissions
   */
  public grantRead(grantee: IGrantable): Grant {
    return grantAccess(grantee, Access.READ, this.sites);
  }

  /**
   * Grants what every command needs in every Region: besides that of `grantRead`, starting sweeps and drift checks, redriving and deleting dead letters, and
   * pausing destinations.
   *
   * **Whoever may start `persistenceWorkflow`, as redriving a letter of the source does, can write records, which every destination applies.**
   *
   * @see https://github.com/iot-registry-replication/cdk-iot-registry-replication/blob/main/docs/command-line.md#permissions
   */
  public grantOperate(grantee: IGrantable): Grant {
    return grantAccess(grantee, Access.OPERATE, this.sites);
  }

  /** Duration of a sweep in seconds, from its start to its summary; maximum by default. One value per sweep. */
  public metricSweepDuration(options?: MetricOptions): Metric {
    return metricOf(SourceMetrics.SWEEP_DURATION, this.origin, options);
  }

  /** Number of records that sweeps persisted; sum by default. One value per sweep, 0 included. */
  public metricSweepRecordsWritten(options?: MetricOptions): Metric {
    return metricOf(SourceMetrics.SWEEP_RECORDS_WRITTEN, this.origin, options);
  }

  /** Number of required event types that are switched off, and of topic rules that are disabled or deleted; maximum by default. Each heartbeat checks, and emits nothing while all are on. */
  public metricRegistryEventsOff(options?: MetricOptions): Metric {
    return metricOf(SourceMetrics.REGISTRY_EVENTS_OFF, this.origin, options);
  }

  /**
   * Number of required event types and topic rules whose setting could not be read; maximum by default. Each heartbeat checks, and emits a value only when the check
   * fails.
   */
  public metricRegistryEventsUnknown(options?: MetricOptions): Metric {
    return metricOf(SourceMetrics.REGISTRY_EVENTS_UNKNOWN, this.origin, options);
  }

  /** As `metricSweepDuration`, of the sweeps of identities. Nothing is emitted without `identities`. */
  public metricIdentitySweepDuration(options?: MetricOptions): Metric {
    return metricOf(IdentityMetrics.SOURCE.IDENTITY_SWEEP_DURATION, this.origin, options);
  }

  /** As `metricSweepRecordsWritten`, of the sweeps of identities. Nothing is emitted without `identities`. */
  public metricIdentitySweepRecordsWritten(options?: MetricOptions): Metric {
    return metricOf(IdentityMetrics.SOURCE.IDENTITY_SWEEP_RECORDS_WRITTEN, this.origin, options);
  }

  /**
   * Number of certificates that a check or a sweep left active in the destinations though the source does not have them any more, because they are more than
   * `maxDeactivationsPerSweep`; maximum by default. Nothing is emitted unless that happens.
   */
  public metricDeactivationsRefused(options?: MetricOptions): Metric {
    return metricOf(IdentityMetrics.SOURCE.DEACTIVATIONS_REFUSED, this.origin, options);
  }

  /** Duration of the certificate checks, in seconds; maximum by default. Nothing is emitted without `identities`. */
  public metricCertificateCheckDuration(options?: MetricOptions): Metric {
    return metricOf(IdentityMetrics.SOURCE.CERTIFICATE_CHECK_DURATION, this.origin, options);
  }

  /**
   * Number of active certificates that a certificate check found to be deactivated, revoked or deleted in the source; sum by default. Nothing is emitted without
   * `identities`.
   */
  public metricCertificatesDeactivated(options?: MetricOptions): Metric {
    return metricOf(IdentityMetrics.SOURCE.CERTIFICATES_DEACTIVATED, this.origin, options);
  }

  /**
   * Creates the alarms that `ReplicationAlarm` lists, each in the stack of the Region that it monitors. Alarms that a pause would trigger have their
   * actions disabled while a destination is in `pausedRegions`.
   *
   * @throws Error if an option can't be satisfied, such as a topic of another Region, or when it is called again
   */
  public addAlarms(options?: ReplicationAlarmsOptions): Alarm[] {
    return addAlarms(this.monitored, options);
  }

  /**
   * Creates a dashboard in the stack of the source, with one row for each Region: the source and each destination.
   *
   * @throws Error if an option can't be satisfied, or when it is called again
   */
  public addDashboard(options?: ReplicationDashboardOptions): Dashboard {
    return addDashboard(this.monitored, options);
  }

  private createDestination(region: string, source: Construct, settings: Settings): RegistryDestination {
    const stack = this.createStack(region, settings);
    const destination = new Destination(stack, 'Destination', settings);
    // A replica exists once the global table does. By constructs: the method of stacks has another name in newer versions of CDK, and warns under this one.
    stack.node.addDependency(source.node.findChild(TABLE_ID));
    return destination;
  }

  private createStack(region: string, settings: Settings): RegionalStack {
    return new RegionalStack(this, {
      region,
      stackName: this.names.stack(region, settings.sourceRegion),
      description: `IoT registry replication ${this.replicationName}: ${region === settings.sourceRegion ? 'source' : `destination of ${settings.sourceRegion}`}`,
      synthesizer: settings.stackSynthesizer,
    });
  }

  private get sites(): Site[] {
    const { source, settings } = this.monitored;
    return [
      { scope: source, settings, role: MarkerRole.SOURCE },
      ...this.destinations.map((scope) => ({ scope, settings, role: MarkerRole.DESTINATION })),
    ];
  }

  private get origin(): MetricOrigin {
    return { replicationName: this.replicationName, region: this.sourceRegion };
  }

  /** Child stacks depend on the enclosing one, so a sibling that depended on them would close a circle. */
  private showOnlyTheEnclosingStackToDependents(): void {
    const { node } = this;
    Dependable.implement(this, {
      get dependencyRoots() {
        return node.children.filter((child) => !Stack.isStack(child));
      },
    });
  }

  private replicationsOfTheApp(): IotRegistryReplication[] {
    const all = this.node.root.node.findAll().filter((each) => each instanceof IotRegistryReplication);
    // If the constructor threw and the app caught it, the empty construct is still in the tree: skip it.
    return all.filter((each) => each.destinations);
  }
}
