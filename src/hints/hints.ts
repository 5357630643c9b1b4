import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { Function, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { callsOf, patternsOf } from './calls';
import { HintsEnv } from './environment';
import { HintsFunction } from './hints-function';
import { CHANGED_KEYS, READER_BATCH_SIZE, READER_TIMEOUT_SECONDS, READERS_OF_QUEUE } from './sizing';
import { selectionOf } from '../comparison/selection-of';
import { topicRuleName } from '../events/topic-rule-names';
import type { EntityKind } from '../kinds';
import { readPermissions, withCalls } from '../kinds/permissions';
import { ENTITY_KINDS, kindOf } from '../kinds/register';
import { PhysicalNames } from '../record/physical-names';
import { customerKeyOf, keyPermissions } from '../regional/customer-key';
import { EncryptedQueue } from '../regional/encrypted-queue';
import { monitoredHandlerOptions } from '../regional/handler-options';
import { registryStatement } from '../regional/registry-statement';
import { RegistryKind } from '../registry-kind';
import { arnOf, arnPrefixOf } from '../settings/regions';
import { Settings } from '../settings/settings';

/** What is older is found by a check or a sweep; so a flood of messages ends by itself. */
const RETENTION = Duration.minutes(30);

/** As AWS recommends for a queue that a function reads: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_TIMEOUTS = 6;

const MEMORY_SIZE = 256;

/** Calls that read whole listings, which no hint needs. */
const LISTINGS = ENTITY_KINDS.flatMap((kind) => (kindOf(kind).listedBy === undefined ? Object.keys(kindOf(kind).quotas.list) : []));

export interface HintsProps {
  readonly settings: Settings;
  readonly names: PhysicalNames;
  readonly tableArn: string;
  /** The bucket of the sweeps of identities. */
  readonly bucket: IBucket;
  readonly observationWorkflow: IStateMachine;
  /** Whether calls that CloudTrail has recorded are hints. */
  readonly cloudTrail: boolean;
}

/**
 * Notices changes of identities sooner than checks and sweeps do: what may have changed is named in a queue, and read by a function within its pace. A lost hint costs
 * nothing but time.
 */
export class Hints extends Construct {
  private readonly queue: IQueue;
  /** Of what can shut devices out; undefined if nothing reports it. */
  private readonly urgentQueue?: IQueue;

  /** @param source the construct that contains everything of the source Region */
  constructor(private readonly source: Construct, id: string, private readonly props: HintsProps) {
    super(source, id);
    const { names, cloudTrail } = props;
    this.queue = this.createQueue('Queue', names.hints);
    if (cloudTrail) this.urgentQueue = this.createQueue('UrgentQueue', names.urgentHints);
    this.readQueues();
    this.addTopicRules();
    if (this.urgentQueue) this.addCalls(this.urgentQueue);
  }

  private createQueue(id: string, queueName: string): IQueue {
    return new EncryptedQueue(this, id, {
      queueName, retentionPeriod: RETENTION, visibilityTimeout: Duration.seconds(READER_TIMEOUT_SECONDS * VISIBILITY_TIMEOUTS),
    });
  }

  /** Each queue has readers of its own, so that nothing waits behind hints of the other one. */
  private readQueues(): void {
    const reader = this.createReader();
    for (const [id, queue] of [['Source', this.queue], ['UrgentSource', this.urgentQueue]] as const) {
      if (!queue) continue;
      reader.addEventSourceMapping(id, {
        eventSourceArn: queue.queueArn, batchSize: READER_BATCH_SIZE, maxConcurrency: READERS_OF_QUEUE, reportBatchItemFailures: true,
      });
      queue.grantConsumeMessages(reader);
    }
  }

  private get queues(): IQueue[] {
    return this.urgentQueue ? [this.queue, this.urgentQueue] : [this.queue];
  }

  private get kinds(): EntityKind[] {
    const { features } = this.props.settings;
    return ENTITY_KINDS.filter((kind) => features.includes(kindOf(kind).feature!));
  }

  private createReader(): Function {
    const { settings, names, bucket, observationWorkflow: { stateMachineArn } } = this.props;
    const environment = HintsEnv.write({
      tableName: settings.tableName,
      bucketName: bucket.bucketName,
      bucketOwner: Stack.of(this).account,
      observationWorkflowArn: stateMachineArn,
      routerVersion: settings.routerVersion,
      onlyReferred: selectionOf(settings, 'identities').onlyReferred ?? [],
      policyPrefixes: settings.prefixes.policy,
      kinds: this.kinds,
      queueUrls: this.queues.map(({ queueUrl }) => queueUrl),
      readShare: settings.registryReadShare,
      arnPrefix: `${arnPrefixOf(this, 'iot')}:`,
    });
    const reader = new HintsFunction(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions: this.permissions(), environment }),
      functionName: names.hints,
      description: 'Reads certificates, policies and attachments that may have changed',
      memorySize: MEMORY_SIZE,
      timeout: Duration.seconds(READER_TIMEOUT_SECONDS),
      // It puts hints off by sending them to the queue that they come from, which Lambda detects as a recursive loop. A chain ends: what was put off is not put off again.
      // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    // Nothing writes to the bucket any more when it is emptied.
    reader.node.addDependency(bucket);
    return reader;
  }

  /** It reads what a hint names and what that belongs to, and lists nothing. */
  private permissions(): PolicyStatement[] {
    const { tableArn, bucket, observationWorkflow } = this.props;
    const { kinds } = this;
    const owners = ENTITY_KINDS.filter((kind) => kinds.some((each) => kindOf(each).owners?.some((owner) => owner.kind === kind)));
    const reads = withCalls(readPermissions([...kinds, ...owners]), (call) => !LISTINGS.includes(call));
    return [
      ...reads.map((permission) => registryStatement(this, permission)),
      new PolicyStatement({ actions: ['dynamodb:BatchGetItem'], resources: [tableArn] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(CHANGED_KEYS)] }),
      new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [observationWorkflow.stateMachineArn] }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: this.queues.map(({ queueArn }) => queueArn) }),
      ...keyPermissions(this, { decrypt: ['dynamodb', 's3', 'sqs'], generate: ['s3', 'sqs'] }),
    ];
  }

  private addTopicRules(): void {
    const { settings } = this.props;
    const rules: (readonly [id: string, sql: string, description: string])[] = [
      ['Certificates', "SELECT certificateId FROM '$aws/events/certificates/registered/+'", 'certificates that devices have registered'],
    ];
    if (settings.kinds.includes(RegistryKind.THING)) {
      rules.push(['Things', "SELECT eventType, operation, thingName FROM '$aws/events/thing/+/+' WHERE eventType = 'THING_EVENT' AND operation <> 'DELETED'", 'things that were created or updated']);
    }
    const nameOf = (id: string) => topicRuleName(this.source, settings.replicationName, `hint_${id.toLowerCase()}`);
    const role = new Role(this, 'Role', {
      description: 'Lets the topic rules send hints',
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnEquals: { 'aws:SourceArn': rules.map(([id]) => arnOf(this, 'iot', `rule/${nameOf(id)}`)) },
        },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
    for (const statement of keyPermissions(this, { decrypt: ['sqs'], generate: ['sqs'] })) role.addToPolicy(statement);
    for (const [id, sql, what] of rules) {
      const rule = new CfnTopicRule(this, id, {
        ruleName: nameOf(id),
        topicRulePayload: {
          description: `Sends hints about ${what}`,
          awsIotSqlVersion: '2016-03-23',
          sql,
          actions: [{ sqs: { queueUrl: this.queue.queueUrl, roleArn: role.roleArn, useBase64: false } }],
        },
      });
      // The role's policy is a separate resource, and a rule is active as soon as it exists.
      rule.node.addDependency(role);
    }
  }

  /** Nothing arrives without a trail that records management events. */
  private addCalls(urgentQueue: IQueue): void {
    const { urgent, others } = patternsOf(callsOf(this.props.settings.features));
    this.sendCalls('Calls', others, this.queue);
    this.sendCalls('UrgentCalls', urgent, urgentQueue);
    // EventBridge has no role for a queue. AWS documents this statement without a condition, and not which keys of conditions EventBridge and SQS send with it: with one
    // that they don't send, nothing arrives. The policy of each queue names the rule that may send to it.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#compatibility-with-aws-services
    customerKeyOf(this)?.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      // In a key's policy: the key.
      resources: ['*'],
    }));
  }

  private sendCalls(id: string, calls: object, queue: IQueue): void {
    const { account, region } = Stack.of(this);
    new Rule(this, id, {
      description: `Sends hints about identities for the replication ${this.props.settings.replicationName}`,
      eventPattern: {
        // Other accounts and Regions may send theirs to this bus: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
        account: [account],
        region: [region],
        source: ['aws.iot'],
        detailType: ['AWS API Call via CloudTrail'],
        // Who may do nothing can have calls refused as often as they like.
        detail: { eventSource: ['iot.amazonaws.com'], errorCode: [{ exists: false }], ...calls },
      },
      targets: [new SqsQueue(queue, { maxEventAge: RETENTION, retryAttempts: 3 })],
    });
  }
}
