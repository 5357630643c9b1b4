import { Fn, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { RegistryEventType } from '../registry-event-type';
import { PhysicalNames } from '../settings/naming';

/** Of the hash of the construct's path: one that moves makes new rules before the old ones are deleted, and they must not share a name. */
const ADDRESS_LENGTH = 8;

/**
 * The name of the topic rule of a kind of event: `<replication>_<kind>_<address>_<uuid of the stack>`, at most 112 of the 128 characters that AWS IoT takes.
 *
 * A device that knows a rule's name, and may publish to `$aws/rules/<name>/…`, writes what it likes past the rule's topic filter (Basic Ingest). So
 * a part of the name is known to nobody who merely knows the app: CloudFormation chooses it with the stack.
 *
 * @param source the construct that holds everything of the source Region
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export function topicRuleName(source: Construct, replicationName: string, eventType: RegistryEventType): string {
  // arn:aws:cloudformation:us-east-1:111122223333:stack/Fleet/51af3dc0-da77-11e4-872e-1234567db123
  const uuid = Fn.select(2, Fn.split('/', Stack.of(source).stackId));
  const address = source.node.addr.slice(-ADDRESS_LENGTH);
  return `${new PhysicalNames(replicationName).topicRulePrefix}_${eventType.toLowerCase()}_${address}_${Fn.join('_', Fn.split('-', uuid))}`;
}
