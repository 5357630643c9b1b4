import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { keyPermissions } from '../regional/customer-key';
import { RegistryKind } from '../registry-kind';
import { topicRuleName } from './topic-rule-names';
import { KINDS } from '../kinds';
import { EVENTS } from '../kinds/events';
import { arnOf } from '../settings/regions';

export interface TopicRulesProps {
  readonly replicationName: string;
  readonly eventTypes: RegistryKind[];
  readonly workflow: StateMachine;
  /** What the workflow could not be started for, and why. */
  readonly deadLetterQueue: IQueue;
}

/**
 * One narrow rule for each kind of registry event, so that device traffic is never evaluated, and nothing between rule and workflow.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/stepfunctions-rule-action.html
 */
export class TopicRules extends Construct {
  /** @param source the construct that holds everything of the source Region */
  constructor(private readonly source: Construct, id: string, private readonly props: TopicRulesProps) {
    super(source, id);
    const role = this.role();
    for (const eventType of props.eventTypes) this.rule(eventType, role);
  }

  private rule(eventType: RegistryKind, role: Role): void {
    const { workflow, deadLetterQueue } = this.props;
    const rule = new CfnTopicRule(this, eventType, {
      ruleName: this.nameOf(eventType),
      topicRulePayload: {
        description: `Persists the registry's ${eventType} events`,
        awsIotSqlVersion: '2016-03-23',
        // Nothing but `*`: it hands on a payload that is not JSON as it is, so that starting the workflow fails and the error action keeps it.
        sql: `SELECT * FROM '${topicFilterOf(eventType)}'`,
        actions: [{ stepFunctions: { stateMachineName: workflow.stateMachineName, roleArn: role.roleArn } }],
        errorAction: { sqs: { queueUrl: deadLetterQueue.queueUrl, roleArn: role.roleArn, useBase64: false } },
      },
    });
    // The role's policy is a resource of its own, and a rule acts as soon as it stands.
    rule.node.addDependency(role);
  }

  private nameOf(eventType: RegistryKind): string {
    return topicRuleName(this.source, this.props.replicationName, eventType);
  }

  private role(): Role {
    const { account } = Stack.of(this);
    const rules = this.props.eventTypes.map((eventType) => arnOf(this, 'iot', `rule/${this.nameOf(eventType)}`));
    const role = new Role(this, 'Role', {
      description: 'Lets the topic rules start the persistence workflow',
      // Rule and role refer to each other, hence names and no references.
      // https://docs.aws.amazon.com/iot/latest/developerguide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnEquals: { 'aws:SourceArn': rules } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.props.workflow.stateMachineArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.props.deadLetterQueue.queueArn] }));
    for (const statement of keyPermissions(this, { decrypt: ['sqs'], generate: ['sqs'] })) role.addToPolicy(statement);
    return role;
  }
}

/** The topics of each kind of event; the last level is what was done. */
function topicFilterOf(eventType: RegistryKind): string {
  const kind = KINDS.find(({ choice }) => choice === eventType);
  const event = kind && EVENTS[kind.name];
  if (!event) throw new Error(`eventTypes: got ${eventType}, expected one that registry events tell of`);
  return event.topicFilter;
}
