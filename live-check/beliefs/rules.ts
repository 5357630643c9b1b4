import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTopicRuleCommand, DisableTopicRuleCommand, GetTopicRuleCommand } from '@aws-sdk/client-iot';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { Belief, NotLookable } from '../belief';
import { ruleNameOf } from '../names';

const MESSAGES = 5;
const BOUND_SECONDS = 900;

export const RULE_BELIEFS: readonly Belief[] = [{
  id: 'rule-error-action-type',
  topic: 'events',
  statement: 'the metric ErrorActionFailure of an error action that sends to a queue has the ActionType SQS or Sqs',
  otherwise: 'the alarm about events that were lost twice, errorActionsFailed, never rings',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html',
  uses: { events: MESSAGES },
  boundSeconds: BOUND_SECONDS + 60,
  look: async (look) => {
    const queue = await look.queue('queue');
    // Neither the action nor the error action is allowed.
    const sqs = { queueUrl: queue.url, roleArn: await look.role('role', 'iot.amazonaws.com', []), useBase64: false };
    const [ruleName, topic] = [ruleNameOf(look.name('rule')), look.name('topic')];
    look.making('topic rule', ruleName);
    const topicRulePayload = { awsIotSqlVersion: '2016-03-23', sql: `SELECT * FROM '${topic}'`, actions: [{ sqs }], errorAction: { sqs } };
    await look.source.iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload }));
    // Shortly after its creation, a rule may not be active everywhere.
    for (let message = 1; message <= MESSAGES; message++) {
      await look.source.iotData.send(new PublishCommand({ topic, payload: Buffer.from('{}') }));
      await look.pause(10);
    }
    const types = await look.slowly(async () => {
      const Dimensions = [{ Name: 'RuleName', Value: ruleName }];
      const { Metrics = [] } = await look.source.cloudWatch.send(new ListMetricsCommand({ Namespace: 'AWS/IoT', MetricName: 'ErrorActionFailure', Dimensions }));
      const found = Metrics.map(({ Dimensions: all }) => all?.find(({ Name }) => Name === 'ActionType')?.Value ?? 'none');
      return found.length > 0 ? found : undefined;
    }, BOUND_SECONDS - MESSAGES * 10);
    if (!types) throw new NotLookable('CloudWatch lists no such metric of the rule within a quarter of an hour');
    return { holds: types.some((type) => type === 'SQS' || type === 'Sqs'), seen: types.join(', ') };
  },
}, {
  id: 'rule-off',
  topic: 'events',
  statement: 'GetTopicRule answers RuleDisabled for a rule that is disabled, and UnauthorizedException for one that does not exist',
  otherwise: 'heartbeats do not tell that a topic rule is disabled, or report one that is deleted as unknown: the next sweep finds what was lost',
  see: 'https://github.com/hashicorp/terraform-provider-aws/issues/12520',
  uses: {},
  boundSeconds: 120,
  look: async (look) => {
    const { iot } = look.source;
    const [ruleName, nobodys] = [ruleNameOf(look.name('disabled')), ruleNameOf(look.name('nobodys'))];
    look.making('topic rule', ruleName);
    const topicRulePayload = { awsIotSqlVersion: '2016-03-23', sql: `SELECT * FROM '${look.name('topic')}'`, actions: [] };
    await iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload }));
    await iot.send(new DisableTopicRuleCommand({ ruleName }));
    const isDisabled = await look.eventually(async () => {
      const { rule } = await iot.send(new GetTopicRuleCommand({ ruleName }));
      return rule?.ruleDisabled || undefined;
    }, 60);
    const error = await iot.send(new GetTopicRuleCommand({ ruleName: nobodys })).then(() => 'no error', ({ name }: Error) => name);
    return { holds: isDisabled === true && error === 'UnauthorizedException', seen: `disabled: ${isDisabled === true}; one that does not exist: ${error}` };
  },
}];
