import { Stack, Token } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { invalid, shown } from '../../settings/errors';
import { concreteRegion } from '../../settings/naming';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_TOPICS_OF_REGION = 5;

/**
 * Topics by their Regions: an alarm can only notify topics of its own Region.
 *
 * @throws Error if a topic is in none of the Regions, or if its Region is not known
 */
export function topicsByRegion(topics: readonly ITopic[], regions: readonly string[]): Map<string, ITopic[]> {
  const byRegion = new Map<string, ITopic[]>();
  for (const topic of topics) {
    const region = regionOf(topic);
    if (!regions.includes(region)) {
      throw invalid('topics', `the topic '${topic.node.path}' of the Region '${region}'`, `topics of the source or a destination, one of ${shown(regions)}`,
        'create it in one of these, such as in the `stack` of a destination: an alarm can\'t notify a topic of another Region');
    }
    byRegion.set(region, [...byRegion.get(region) ?? [], topic]);
  }
  for (const [region, those] of byRegion) checkTopicsOf(region, those);
  return byRegion;
}

function checkTopicsOf(region: string, topics: readonly ITopic[]): void {
  const twice = topics.find((topic, i) => topics.indexOf(topic) !== i);
  if (twice) throw invalid('topics', `the topic '${twice.node.path}' twice`, 'each topic once', 'remove the repetition');
  if (topics.length > MAX_TOPICS_OF_REGION) {
    throw invalid('topics', `${topics.length} topics of the Region '${region}'`, `at most ${MAX_TOPICS_OF_REGION}, the most that an alarm notifies`,
      'use fewer topics, with more subscriptions each');
  }
}

function regionOf(topic: ITopic): string {
  const { region } = topic.env;
  if (!Token.isUnresolved(region)) return region;
  const own = isPseudoParameter(topic, region) ? concreteRegion(topic) : undefined;
  if (own === undefined) {
    throw invalid('topics', `the topic '${topic.node.path}', whose Region is a token`, 'topics whose Regions are known at synthesis',
      "set `env: { region: '…' }` on the topic's stack, or use an ARN with a concrete Region; or leave the topic out and add an action to the returned alarms");
  }
  return own;
}

/** `AWS::Region` in an ARN that was written for a stack means the stack's Region, which CDK may know. */
function isPseudoParameter(topic: ITopic, region: string): boolean {
  const resolved: unknown = Stack.of(topic).resolve(region);
  return typeof resolved === 'object' && resolved !== null && 'Ref' in resolved && resolved.Ref === 'AWS::Region';
}
