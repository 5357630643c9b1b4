import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { TopicRule } from '../persistence/signal-states';
import { keyPermissions } from '../regional/customer-key';
import { RegistryKind } from '../registry-kind';
import { topicRuleName } from './topic-rule-names';
import { KINDS } from '../kinds';
import { EVENTS } from '../kinds/events';
import { arnOf } from '../settings/regions';

export interface TopicRulesProps {
  readonly replicationName: string;
  readonly kinds: RegistryKind[];
  readonly workflow: StateMachine;
  /** Events for which the workflow could not be started, with the reason. */
  readonly deadLetterQueue: IQueue;
}

/**
 * One narrow rule for each type of registry event, so that AWS IoT never evaluates it for device traffic, and nothing between rule and workflow.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/stepfunctions-rule-action.html
 */
export class TopicRules extends Construct {
  public readonly rules: readonly TopicRule[];

  /** @param source the construct that contains everything of the source Region */
  constructor(private readonly source: Construct, id: string, private readonly props: TopicRulesProps) {
    super(source, id);
    const role = this.role();
    this.rules = props.kinds.map((kind) => {
      // References, so that whatever has them comes after the rules, and cdk-nag can read policies with them.
      const { ref: name, attrArn: arn } = this.rule(kind, role);
      return { kind, name, arn };
    });
  }

  private rule(kind: RegistryKind, role: Role): CfnTopicRule {
    const { workflow, deadLetterQueue } = this.props;
    const rule = new CfnTopicRule(this, kind, {
      ruleName: this.nameOf(kind),
      topicRulePayload: {
        description: `Persists the registry's ${kind} events`,
        awsIotSqlVersion: '2016-03-23',
        // Only `*` passes a payload that is not JSON unchanged, so that starting the workflow fails and the error action keeps the message.
        sql: `SELECT * FROM '${topicFilterOf(kind)}'`,
        actions: [{ stepFunctions: { stateMachineName: workflow.stateMachineName, roleArn: role.roleArn } }],
        errorAction: { sqs: { queueUrl: deadLetterQueue.queueUrl, roleArn: role.roleArn, useBase64: false } },
      },
    });
    // The role's policy is a separate resource, and a rule is active as soon as it exists.
    rule.node.addDependency(role);
    return rule;
  }

  private nameOf(kind: RegistryKind): string {
    return topicRuleName(this.source, this.props.replicationName, kind);
  }

  private role(): Role {
    const { account } = Stack.of(this);
    const rules = this.props.kinds.map((kind) => arnOf(this, 'iot', `rule/${this.nameOf(kind)}`));
    const role = new Role(this, 'Role', {
      description: 'Lets the topic rules start the persistence workflow',
      // Rule and role refer to each other, so they use names rather than references.
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

/** The topics of the events of a kind; the last level is the operation. */
function topicFilterOf(kind: RegistryKind): string {
  const registered = KINDS.find(({ choice }) => choice === kind);
  const event = registered && EVENTS[registered.name];
  if (!event) throw new Error(`kinds: got ${kind}, expected one that registry events report`);
  return event.topicFilter;
}
