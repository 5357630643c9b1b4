import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Monitored } from './monitored';
import { topicRuleName } from '../events/topic-rule-names';
import { PhysicalNames } from '../record/physical-names';
import type { RegistryDestination } from '../registry-destination';

/**
 * The value of the dimension `ActionType` for the error action of the rules. AWS documents no list of its values; the documentation names the
 * service, as that of other actions does (`Kinesis`, `Lambda`). The alarm covers both spellings: with four rules, that is the most that an alarm can contain.
 */
const ERROR_ACTION_TYPES = ['SQS', 'Sqs'];

/** The period of a value. */
interface Period {
  readonly period?: Duration;
}

/** Metrics of AWS IoT about the topic rules, for which CDK has no methods. */
export class TopicRuleMetrics {
  private readonly ruleNames: string[];
  private readonly region: string;

  /** @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html#rulemetrics */
  constructor({ source, settings: { replicationName, kinds, sourceRegion } }: Monitored) {
    this.ruleNames = kinds.map((kind) => topicRuleName(source, replicationName, kind));
    this.region = sourceRegion;
  }

  /** Events that arrived, without heartbeats. */
  public topicMatch(options?: Period): MathExpression {
    return this.sum('events', 'TopicMatch', [{}], options);
  }

  /** Messages lost to the quota of the account; they reach no error action. */
  public throttled(options?: Period): MathExpression {
    return this.sum('throttled', 'RuleMessageThrottled', [{}], options);
  }

  /** Messages that neither started the workflow nor reached the dead-letter queue. */
  public errorActionsFailed(options?: Period): MathExpression {
    return this.sum('error actions failed', 'ErrorActionFailure', ERROR_ACTION_TYPES.map((ActionType) => ({ ActionType })), options);
  }

  /** Failed actions and error actions, one line per kind. Only a search finds kinds with unknown names, and an alarm can't use a search. */
  public failures(): MathExpression {
    const ruleNames = this.ruleNames.map((name) => `"${name}"`).join(' OR ');
    return new MathExpression({
      label: '',
      expression: `SEARCH('{AWS/IoT,ActionType,RuleName} MetricName=("Failure" OR "ErrorActionFailure") RuleName=(${ruleNames})', 'Sum')`,
    });
  }

  /** Over all rules. A rule without events has no values rather than zeros. */
  private sum(label: string, metricName: string, dimensions: readonly Record<string, string>[], { period }: Period = {}): MathExpression {
    const metrics = this.ruleNames.flatMap((RuleName) => dimensions.map((others) => new Metric({
      namespace: 'AWS/IoT', metricName, dimensionsMap: { RuleName, ...others }, statistic: Stats.SUM, region: this.region,
    })));
    return sumOf(label, metrics, period);
  }
}

/** A metric of the table in a Region; CDK's own metrics contain the account too, which is useful only with several accounts. */
export function tableMetric(metricName: string, tableName: string, region: string, options?: MetricOptions): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB', metricName, statistic: Stats.SUM, region, ...options, dimensionsMap: { TableName: tableName, ...options?.dimensionsMap },
  });
}

/** Executions of workflows that failed or timed out. Aborted executions don't count: a person aborts them, and Express workflows can't be aborted. */
export function failuresOf(workflows: readonly IStateMachine[], { period }: Period = {}): MathExpression {
  return sumOf('failed or timed out', workflows.flatMap((workflow) => [workflow.metricFailed(), workflow.metricTimedOut()]), period);
}

/**
 * Invocations of a destination's functions that Lambda stopped as a recursive loop: the functions send to the retry queue, which invokes them.
 * The metric is Lambda's own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function droppedRecursionsOf({ replicationName, region }: RegistryDestination, { period }: Period = {}): MathExpression {
  const { replicator, retryFunction } = new PhysicalNames(replicationName);
  return sumOf('recursions dropped', [replicator, retryFunction].map((FunctionName) => new Metric({
    namespace: 'AWS/Lambda', metricName: 'RecursiveInvocationsDropped', dimensionsMap: { FunctionName }, statistic: Stats.SUM, region,
  })), period);
}

/**
 * Their sum, 0 where there is none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function sumOf(label: string, metrics: readonly Metric[], period?: Duration): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, i) => [idOf(metric, i), metric]));
  return new MathExpression({ label, period, usingMetrics, expression: Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`).join(' + ') });
}

/** Unique within a graph, and readable, because CloudWatch shows it. Ids begin with a lowercase letter. */
function idOf({ metricName }: Metric, i: number): string {
  return `${metricName.charAt(0).toLowerCase()}${metricName.slice(1)}${i}`;
}
