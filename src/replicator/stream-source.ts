import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { Sizing } from './sizing';
import { StreamSourceFunction } from './stream-source-function';
import { ENABLED_PROPERTY, SETTINGS_PROPERTY, TABLE_PROPERTY } from './stream-source-properties';
import { ENTITY_KINDS, sortKeysOf } from '../kinds/register';
import { MappingSettings } from '../record/mapping-settings';
import { SignalKind } from '../record/signal';
import { keyPermissions } from '../regional/customer-key';
import { addDeploymentHook } from '../regional/deployment-hook';
import { handlerOptions } from '../regional/handler-options';
import { allowUnscoped } from '../regional/unscoped-actions';
import { arnOf } from '../settings/regions';
import type { Settings } from '../settings/settings';
import { signalPermission, statusEnvironment, statusPermissions, StatusSources } from '../status/status-access';

/** Older records are discarded. */
export const MAX_RECORD_AGE = Duration.hours(Sizing.STREAM_MAX_AGE_HOURS);

export interface StreamSourceProps {
  readonly settings: Settings;
  /** The facts behind the status. */
  readonly sources: StatusSources;
  /** Consumes the stream, and needs permission to read it. */
  readonly consumer: IFunction;
  readonly consumerName: string;
  readonly isPaused: boolean;
}

/**
 * Connects the consumer with the stream of the replica.
 *
 * The mapping is no resource of CloudFormation, because the stream can change: a Region that is removed from the table and put back has another
 * stream, while the template of its stack is unchanged. The writer of the status looks every minute, and creates another mapping. CloudFormation would
 * keep its own mapping.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export class StreamSource extends Construct {
  public readonly mappingSettings: MappingSettings;

  constructor(scope: Construct, id: string, private readonly props: StreamSourceProps) {
    super(scope, id);
    const { settings, sources, consumer, isPaused } = props;
    this.mappingSettings = this.createSettings();
    const permissions = [
      ...this.lookPermissions(), ...this.changePermissions('lambda:UpdateEventSourceMapping'),
      signalPermission(sources), ...statusPermissions(sources), ...keyPermissions(this, { decrypt: ['dynamodb'] }),
    ];
    const handler = new StreamSourceFunction(this, 'Function', {
      ...handlerOptions(this, settings.logRetention, { permissions }),
      description: 'Connects the replicator with the stream of the table',
      timeout: Duration.minutes(5),
      environment: statusEnvironment(sources, settings),
    });
    addDeploymentHook(this, {
      resourceType: 'Custom::StreamSource',
      handler,
      properties: {
        [SETTINGS_PROPERTY]: JSON.stringify(this.mappingSettings),
        [ENABLED_PROPERTY]: String(!isPaused),
        [TABLE_PROPERTY]: [settings.tableName, ...[settings.sourceRegion, ...settings.destinationRegions].sort()].join(' '),
      },
      logRetention: settings.logRetention,
      // Its role too: Lambda checks whether the role may read the stream.
      after: [consumer],
    });
  }

  /** For the functions that follow the stream: to see which stream is read, and to read another one. */
  public followPermissions(): PolicyStatement[] {
    return [...this.lookPermissions(), ...this.changePermissions()];
  }

  private lookPermissions(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [this.props.sources.table.tableArn] }),
      // It has no resource type: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
      allowUnscoped(this, ['lambda:ListEventSourceMappings']),
    ];
  }

  /** Only mappings of the consumer. A future mapping has no ARN yet, and Lambda assigns the ids of all mappings. */
  private changePermissions(...more: string[]): PolicyStatement[] {
    const ofConsumer = { 'lambda:FunctionArn': arnOf(this, 'lambda', `function:${this.props.consumerName}`) };
    return [
      allowUnscoped(this, ['lambda:CreateEventSourceMapping'], ofConsumer),
      new PolicyStatement({
        actions: ['lambda:DeleteEventSourceMapping', ...more],
        resources: [arnOf(this, 'lambda', 'event-source-mapping:*')],
        conditions: { StringEquals: ofConsumer },
      }),
    ];
  }

  /**
   * None of them depends on what is replicated: AWS applies another filter minutes after it was set, so records of a feature that has just been switched on would be lost, also those that
   * arrive after the drift check of the deployment has read the table. The consumer passes by what is not replicated; without a feature, no such record is ever written.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
   */
  private createSettings(): MappingSettings {
    const { sources: { deadLetterQueue }, consumerName } = this.props;
    const sortKeys = sortKeysOf(ENTITY_KINDS);
    return {
      FunctionName: consumerName,
      BatchSize: Sizing.STREAM_BATCH_SIZE,
      FilterCriteria: {
        Filters: [{
          Pattern: FilterCriteria.filter({
            // Never REMOVE: a tombstone that expired is no deletion.
            eventName: FilterRule.or('INSERT', 'MODIFY'),
            dynamodb: {
              Keys: {
                sk: {
                  S: [
                    ...FilterRule.or(...sortKeys.equal, ...Object.values(SignalKind)),
                    ...sortKeys.beginning.flatMap((text) => FilterRule.beginsWith(text)),
                  ],
                },
              },
            },
          }).pattern,
        }],
      },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: MAX_RECORD_AGE.toSeconds(),
      DestinationConfig: { OnFailure: { Destination: deadLetterQueue.queueArn } },
    };
  }
}
