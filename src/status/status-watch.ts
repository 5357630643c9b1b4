import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct, IConstruct } from 'constructs';
import { OwnReplicationEnv, WatchEnv } from './environment';
import { signalPermission, statusEnvironment, statusPermissions, StatusSources } from './status-access';
import { StatusFunction } from './status-function';
import type { MappingSettings } from '../record/mapping-settings';
import type { PhysicalNames } from '../record/physical-names';
import { keyPermissions } from '../regional/customer-key';
import { monitoredHandlerOptions } from '../regional/handler-options';
import { MARKER_PATH } from '../regional/marker';
import { RunSchedule } from '../regional/run-schedule';
import { arnOf } from '../settings/regions';
import type { Settings } from '../settings/settings';

/**
 * The markers of all replications, and no other parameters: permission to list a path includes everything below it.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
 */
function markerPermission(scope: Construct): PolicyStatement {
  return new PolicyStatement({ actions: ['ssm:GetParametersByPath'], resources: [arnOf(scope, 'ssm', `parameter${MARKER_PATH}`)] });
}

/** The status is written every minute while the source is silent: an operator waits for the queues to drain. */
const INTERVAL = Duration.minutes(1);

/** The event source mapping of the stream, which the function replaces if necessary. */
export interface FollowedStream extends IConstruct {
  readonly mappingSettings: MappingSettings;
  followPermissions(): PolicyStatement[];
}

export interface StatusWatchProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly sources: StatusSources;
  readonly streamSource: FollowedStream;
}

/**
 * Writes the status when no heartbeat does. A status that only heartbeats wrote would report a destination in sync forever, once the source is down.
 *
 * It also ensures that the stream is read; otherwise no heartbeat arrives.
 */
export class StatusWatch extends Construct {
  /** Writes the status when it is invoked; see `StatusRequest`. */
  public readonly handler: IFunction;

  constructor(scope: Construct, id: string, private readonly props: StatusWatchProps) {
    super(scope, id);
    this.handler = this.createHandler();
    new RunSchedule(this, 'Schedule', {
      target: (options) => new LambdaInvoke(this.handler, { ...options, retryAttempts: 0 }),
      schedule: ScheduleExpression.rate(INTERVAL),
      description: `Writes the status of the replication ${props.settings.replicationName}`,
      input: {},
      // When the stack is deleted, nothing may follow a stream whose mapping has just been deleted.
      after: [this.handler, props.streamSource],
    });
  }

  private createHandler(): IFunction {
    const { settings, names, sources, streamSource } = this.props;
    const { replicationName, sourceRegion, acknowledgedReplications: acknowledged } = settings;
    // Nothing starts automatically in a paused Region: the end of the pause starts a check.
    const mayCheck = settings.driftEnabled && !settings.pausedRegions.includes(Stack.of(this).region);
    const [driftWorkflowArn, identityDriftWorkflowArn] = [names.drift, names.identityDrift].map((name) => arnOf(this, 'states', `stateMachine:${name}`));
    const checks = [driftWorkflowArn, ...settings.identities ? [identityDriftWorkflowArn] : []];
    const permissions = [
      signalPermission(sources), ...statusPermissions(sources), markerPermission(this), ...keyPermissions(this, { decrypt: ['dynamodb'] }), ...streamSource.followPermissions(),
      ...mayCheck ? [new PolicyStatement({ actions: ['states:StartExecution'], resources: checks })] : [],
    ];
    const environment = {
      ...statusEnvironment(sources, settings),
      ...OwnReplicationEnv.write({ replicationName, sourceRegion, acknowledged }),
      ...WatchEnv.write({
        streamMapping: streamSource.mappingSettings,
        driftWorkflowArn: mayCheck ? driftWorkflowArn : undefined,
        identityDriftWorkflowArn: mayCheck && settings.identities ? identityDriftWorkflowArn : undefined,
      }),
    };
    return new StatusFunction(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions, environment }),
      functionName: names.statusFunction,
      description: 'Writes down whether the registry can be relied on',
      memorySize: 256,
      timeout: Duration.seconds(30),
    });
  }
}
