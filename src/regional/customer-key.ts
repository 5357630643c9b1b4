import { Stack } from 'aws-cdk-lib';
import { Grant, IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { workflowLogGroupName } from '../record/physical-names';
import { topLevelStack } from '../settings/naming';
import { arnOf, domainSuffixOf } from '../settings/regions';

/** Services that use a key in the name of their caller. */
export type KeyUser = 'dynamodb' | 's3' | 'sqs';

export interface KeyUses {
  /** Services that decrypt for the caller: for every read, and every call of DynamoDB and SQS. */
  readonly decrypt: KeyUser[];
  /** Services that create a data key for the caller: for sending a message, writing an object. */
  readonly generate?: KeyUser[];
}

/** What CloudWatch Logs does with a key. */
const LOG_ACTIONS = [
  'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey',
];

const keys = new WeakMap<IConstruct, IKey>();

/**
 * Encrypts everything below the scope with a customer managed key: each resource that stores data finds it by `customerKeyOf`, as it finds its
 * stack. CloudWatch Logs is allowed to use it; for a key given by its ARN, its owner has to do that.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function encryptWith(scope: Construct, key: IKey, replicationName: string): void {
  keys.set(scope, key);
  const { region } = Stack.of(scope);
  // By name prefixes, because the log groups refer to the key. Log groups of functions have generated names, which start with the name of the stack.
  const logGroups = [`${topLevelStack(scope).stackName}-*`, workflowLogGroupName(`${replicationName}-*`)];
  key.addToResourcePolicy(new PolicyStatement({
    principals: [new ServicePrincipal(`logs.${region}.${domainSuffixOf(region)}`)],
    actions: LOG_ACTIONS,
    // In a key's policy: the key.
    resources: ['*'],
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups.map((name) => arnOf(scope, 'logs', `log-group:${name}`)) } },
  }));
}

/** The customer managed key for data at rest in this scope; none if the services use their own. */
export function customerKeyOf(scope: IConstruct): IKey | undefined {
  return [...scope.node.scopes].reverse().map((each) => keys.get(each)).find((key) => key !== undefined);
}

/**
 * The permissions that a role needs for calls to services that encrypt with the customer managed key: none if there is none. The key's own grants would use
 * wildcards, and no condition on the service.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function keyPermissions(scope: Construct, { decrypt, generate = [] }: KeyUses): PolicyStatement[] {
  const key = customerKeyOf(scope);
  if (!key) return [];
  const allow = (action: string, services: KeyUser[]) => new PolicyStatement({
    actions: [action],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': services.map((service) => endpointOf(scope, service)) } },
  });
  return [allow('kms:Decrypt', decrypt), ...generate.length > 0 ? [allow('kms:GenerateDataKey', generate)] : []];
}

/** Grants use of the customer managed key for calls to services that encrypt with it: no grants if there is none. */
export function grantKey(scope: Construct, grantee: IGrantable, uses: KeyUses): Grant[] {
  return keyPermissions(scope, uses).map(({ actions, resources, conditions }) => Grant.addToPrincipal({
    grantee, actions, resourceArns: resources, conditions: conditions as Record<string, Record<string, unknown>>,
  }));
}

function endpointOf(scope: Construct, service: KeyUser): string {
  const { region } = Stack.of(scope);
  return `${service}.${region}.${domainSuffixOf(region)}`;
}
