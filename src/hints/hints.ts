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
import { HintsEnv } from './environment';
import { HintsFunction } from './hints-function';
import { CHANGED_KEYS, MAX_READERS, READER_BATCH_SIZE, READER_TIMEOUT_SECONDS } from './sizing';
import { selectionOf } from '../comparison/selection-of';
import { topicRuleName } from '../events/topic-rule-names';
import { readPermissions, withCalls } from '../kinds/permissions';
import { ENTITY_KINDS, kindOf } from '../kinds/register';
import { statementOf } from '../kinds/statement';
import { PhysicalNames } from '../record/physical-names';
import { customerKeyOf, keyPermissions } from '../regional/customer-key';
import { EncryptedQueue } from '../regional/encrypted-queue';
import { monitoredHandlerOptions } from '../regional/handler-options';
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

/** The calls that change what lets a device in. Deletions are left to checks and sweeps. */
const CALLS = [
  'RegisterCertificate', 'RegisterCertificateWithoutCA', 'CreateKeysAndCertificate', 'CreateCertificateFromCsr', 'UpdateCertificate',
  'AcceptCertificateTransfer', 'CancelCertificateTransfer', 'TransferCertificate',
  'CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion',
  'AttachPolicy', 'DetachPolicy', 'AttachPrincipalPolicy', 'DetachPrincipalPolicy', 'AttachThingPrincipal', 'DetachThingPrincipal',
];

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

  /** @param source the construct that contains everything of the source Region */
  constructor(private readonly source: Construct, id: string, private readonly props: HintsProps) {
    super(source, id);
    this.queue = new EncryptedQueue(this, 'Queue', {
      queueName: props.names.hints, retentionPeriod: RETENTION, visibilityTimeout: Duration.seconds(READER_TIMEOUT_SECONDS * VISIBILITY_TIMEOUTS),
    });
    this.readQueue();
    this.addTopicRules();
    if (props.cloudTrail) this.addCalls();
  }

  private readQueue(): void {
    const reader = this.createReader();
    reader.addEventSourceMapping('Source', {
      eventSourceArn: this.queue.queueArn, batchSize: READER_BATCH_SIZE, maxConcurrency: MAX_READERS, reportBatchItemFailures: true,
    });
    this.queue.grantConsumeMessages(reader);
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
      queueUrl: this.queue.queueUrl,
      readShare: settings.registryReadShare,
      arnPrefix: `${arnPrefixOf(this, 'iot')}:`,
    });
    const reader = new HintsFunction(this, 'Function', {
      ...monitoredHandlerOptions(this, settings, { permissions: this.permissions(), environment }),
      functionName: names.hints,
      description: 'Reads certificates, policies and attachments that may have changed',
      memorySize: MEMORY_SIZE,
      timeout: Duration.seconds(READER_TIMEOUT_SECONDS),
      // It puts hints off by sending them to the queue that invokes it, which Lambda detects as a recursive loop. A chain ends: what was put off is not put off again.
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
    const observed = ENTITY_KINDS.filter((kind) => kindOf(kind).feature === 'identities');
    const owners = ENTITY_KINDS.filter((kind) => observed.some((each) => kindOf(each).owners?.some((owner) => owner.kind === kind)));
    return [
      ...withCalls(readPermissions([...observed, ...owners]), (call) => !LISTINGS.includes(call)).map((permission) => statementOf(this, permission)),
      new PolicyStatement({ actions: ['dynamodb:BatchGetItem'], resources: [tableArn] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(CHANGED_KEYS)] }),
      new PolicyStatement({ actions: ['states:StartSyncExecution'], resources: [observationWorkflow.stateMachineArn] }),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
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
  private addCalls(): void {
    const { account, region } = Stack.of(this);
    new Rule(this, 'Calls', {
      description: `Sends hints about identities for the replication ${this.props.settings.replicationName}`,
      eventPattern: {
        // Other accounts and Regions may send theirs to this bus: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
        account: [account],
        region: [region],
        source: ['aws.iot'],
        detailType: ['AWS API Call via CloudTrail'],
        // Who may do nothing can have calls refused as often as they like.
        detail: { eventSource: ['iot.amazonaws.com'], eventName: CALLS, errorCode: [{ exists: false }] },
      },
      targets: [new SqsQueue(this.queue, { maxEventAge: RETENTION, retryAttempts: 3 })],
    });
    // EventBridge has no role for a queue. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html#eb-sqs-encrypted
    customerKeyOf(this)?.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      // In a key's policy: the key.
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }));
  }
}
