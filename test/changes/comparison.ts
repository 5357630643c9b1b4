/** What CloudFormation does when one deployment follows another: found by logical id, and by name. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { Deployed } from './fleet';
import { Json } from '../apps';

/** What a later deployment does to what is there. */
export const Effect = {
  /** No resource is other than before. */
  NOTHING: 'nothing',
  /** What has a name, holds data, or can be there only once is updated as it is, or comes and goes with its feature. */
  IN_PLACE: 'in place',
  /** Something of that is made again, and the old one deleted or retained, under another name. */
  REPLACED: 'replaced',
  /** A stack is in the app no more. CDK deletes none. */
  LEFT_BEHIND: 'left behind',
  /** Something is to be made whose name is taken by what the deployment removes. CloudFormation creates first, so it fails and rolls back. */
  COLLIDES: 'collides',
} as const;
export type Effect = (typeof Effect)[keyof typeof Effect];

export interface Comparison {
  readonly effect: Effect;
  /** `stack/logicalId`, with what is the matter; for messages. */
  readonly updated: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly replaced: readonly string[];
  readonly collisions: readonly string[];
  readonly stacksLeft: readonly string[];
  readonly stacksAdded: readonly string[];
}

/** The property that names a resource: no other of its type can have the name in the same account and Region. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::IoT::TopicRule': 'RuleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** What is lost with the resource. Logs go with the function that wrote them. */
const HOLDS_DATA = ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue'];

/** CloudFormation's own description of its resource types. */
const specification = loadAwsServiceSpecSync();

/**
 * Whether CloudFormation updates a resource as it is when a property changes. One that it knows nothing of, or that may replace the resource, does not.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
function isChangedInPlace(type: string, property: string): boolean {
  const [resource] = specification.lookup('resource', 'cloudFormationType', 'equals', type);
  const known = resource?.properties[property];
  return known !== undefined && (known.causesReplacement ?? 'no') === 'no';
}

export function compare(before: Deployed, after: Deployed): Comparison {
  const [was, is] = [resourcesOf(before), resourcesOf(after)];
  const kept = [...was.keys()].filter((id) => is.has(id));
  const added = [...is.keys()].filter((id) => !was.has(id));
  const removed = [...was.keys()].filter((id) => !is.has(id));
  const updated = kept.filter((id) => contentOf(was.get(id)!.resource) !== contentOf(is.get(id)!.resource));
  const replaced = updated.flatMap((id) => replacements(id, was.get(id)!.resource, is.get(id)!.resource));
  const collisions = collisionsOf(was, is);
  const stacksLeft = Object.keys(before).filter((name) => !(name in after));
  const lost = removed.filter((id) => HOLDS_DATA.includes(was.get(id)!.resource.Type));
  const effectOf = (): Effect => {
    if (collisions.length > 0) return Effect.COLLIDES;
    if (stacksLeft.length > 0) return Effect.LEFT_BEHIND;
    if (replaced.length + lost.length > 0) return Effect.REPLACED;
    return updated.length + added.length + removed.length > 0 ? Effect.IN_PLACE : Effect.NOTHING;
  };
  const stacksAdded = Object.keys(after).filter((name) => !(name in before));
  return { effect: effectOf(), updated, added, removed, replaced: [...replaced, ...lost.map((id) => `${id}: goes, and holds data`)], collisions, stacksLeft, stacksAdded };
}

interface Placed {
  readonly stack: string;
  readonly region: string;
  readonly resource: Json;
}

function resourcesOf(deployed: Deployed): Map<string, Placed> {
  return new Map(Object.entries(deployed).flatMap(([stack, { region, resources }]) => (
    Object.entries(resources).map(([id, resource]) => [`${stack}/${id}`, { stack, region, resource }] as const)
  )));
}

/** What CloudFormation compares: paths of constructs are in the metadata. */
function contentOf({ Metadata: _, ...content }: Json): string {
  return JSON.stringify(content);
}

/** Custom resources come and go as their handlers say; what can be told of in no other way than by a type is what matters here. */
function replacements(id: string, was: Json, is: Json): string[] {
  if (was.Type !== is.Type) return [`${id}: ${was.Type} becomes ${is.Type}`];
  if (!isUnique(was)) return [];
  const properties = new Set([...Object.keys(was.Properties ?? {}), ...Object.keys(is.Properties ?? {})]);
  return [...properties]
    .filter((name) => JSON.stringify(was.Properties?.[name]) !== JSON.stringify(is.Properties?.[name]) && !isChangedInPlace(was.Type, name))
    .map((name) => `${id}: ${was.Type} ${name}`);
}

function isUnique(resource: Json): boolean {
  return identityOf(resource) !== undefined || HOLDS_DATA.includes(resource.Type);
}

/** What there can be only one of in a Region. */
function identityOf({ Type, Properties }: Json): string | undefined {
  // One for a function and a source.
  if (Type === 'AWS::Lambda::EventSourceMapping') return JSON.stringify([Type, Properties.FunctionName, Properties.EventSourceArn]);
  const name = Properties?.[NAMED_BY[Type]];
  return name === undefined ? undefined : JSON.stringify([Type, name]);
}

/** Where a resource takes its name: in its Region, and a global table in that of each replica. */
function addressesOf({ stack, region, resource }: Placed): string[] {
  const identity = identityOf(resource);
  if (identity === undefined) return [];
  const replicas: Json[] | undefined = resource.Type === 'AWS::DynamoDB::GlobalTable' ? resource.Properties.Replicas : undefined;
  // References within a stack mean nothing in another one, where what they refer to has another name or collides itself.
  const place = /"(Ref|Fn::GetAtt)":"?(?!AWS::)/.test(identity) ? `${stack} ` : '';
  return (replicas?.map(({ Region }) => Region) ?? [region]).map((each) => `${each} ${place}${identity}`);
}

/** What had its name under another logical id, or in another stack. */
function collisionsOf(was: ReadonlyMap<string, Placed>, is: ReadonlyMap<string, Placed>): string[] {
  const taken = new Map([...was].flatMap(([id, placed]) => addressesOf(placed).map((address) => [address, id] as const)));
  return [...is].flatMap(([id, placed]) => {
    const holder = addressesOf(placed).map((address) => taken.get(address)).find((each) => each !== undefined && each !== id);
    return holder === undefined ? [] : [`${holder} -> ${id}`];
  });
}
