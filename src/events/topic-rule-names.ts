import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { PhysicalNames } from '../record/physical-names';
import { hashOfPlace } from '../settings/naming';

/**
 * The name of the topic rule of a kind of event, or of another use: `<replication>_<kind>_<place>_<uuid of the stack>`, at most 112 of the 128 characters that AWS IoT takes.
 *
 * A device that knows a rule's name, and may publish to `$aws/rules/<name>/…`, can send any message past the rule's topic filter (Basic Ingest). Therefore
 * the app does not contain a part of the name: CloudFormation chooses it with the stack.
 *
 * The place is the construct's within its stack, as in a logical id. If a construct moves, CloudFormation creates new rules before it deletes the old ones, and they must
 * not share a name. Otherwise the names have to stay: between two rules the role trusts neither for a moment, and events of that moment are lost.
 *
 * @param source the construct that holds everything of the source Region
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export function topicRuleName(source: Construct, replicationName: string, kind: string): string {
  // arn:aws:cloudformation:us-east-1:111122223333:stack/Fleet/51af3dc0-da77-11e4-872e-1234567db123
  const uuid = Fn.select(2, Fn.split('/', Stack.of(source).stackId));
  return `${new PhysicalNames(replicationName).topicRulePrefix}_${kind.toLowerCase()}_${hashOfPlace(source)}_${Fn.join('_', Fn.split('-', uuid))}`;
}
