import { CfnElement, Reference, Resource, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { TableEncryption, TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { invalid, shown } from './errors';
import { partitionOf } from './regions';
import type { Settings } from './settings';

const PROP = 'encryption';

/** Whether customer managed keys are used; otherwise each service uses its own key. */
export function isCustomerManaged(encryption?: TableEncryptionV2): encryption is TableEncryptionV2 & { readonly tableKey: IKey } {
  return encryption?.type === TableEncryption.CUSTOMER_MANAGED;
}

/** CDK validates some of the keys when it creates the table, and CloudFormation the others, after the first half is deployed. */
export function validateEncryption({ encryption, sourceRegion, destinationRegions }: Settings): void {
  if (encryption === undefined) return;
  if (!Object.values(TableEncryption).includes(encryption.type)) {
    throw invalid(PROP, shown(encryption), 'a `TableEncryptionV2` of aws-cdk-lib/aws-dynamodb', 'write `TableEncryptionV2.customerManagedKey(…)` or another of its methods');
  }
  if (!isCustomerManaged(encryption)) return;
  validateTableKey(encryption.tableKey, sourceRegion);
  const arns = encryption.replicaKeyArns ?? {};
  const foreign = Object.keys(arns).find((region) => !destinationRegions.includes(region));
  if (foreign !== undefined) {
    throw invalid(PROP, `the ARN of a key for ${shown(foreign)}`, `only ARNs for the destinations ${shown(destinationRegions)}`,
      foreign === sourceRegion ? 'leave it out: the key of the source Region is the `tableKey`' : 'leave it out, or add the Region to `destinationRegions`');
  }
  const missing = destinationRegions.find((region) => arns[region] === undefined);
  if (missing !== undefined) {
    throw invalid(PROP, `no ARN of a key for ${shown(missing)}`, `one for each of the destinations ${shown(destinationRegions)}`,
      `add \`{ '${missing}': 'arn:…' }\` to the \`replicaKeyArns\`: a key belongs to one Region`);
  }
  for (const region of destinationRegions) validateReplicaKeyArn(arns[region], region);
}

function validateTableKey(key: IKey, sourceRegion: string): void {
  const { region } = key.env;
  if ('aliasName' in key) {
    throw invalid(PROP, `the alias '${key.node.path}'`, 'a key for the `tableKey`', 'pass the key itself: permissions and CloudWatch Logs accept no alias');
  }
  if (!Token.isUnresolved(region) && region !== sourceRegion) {
    throw invalid(PROP, `the key '${key.node.path}' of the Region '${region}'`, `a \`tableKey\` of the source Region '${sourceRegion}'`,
      'pass a key of that Region; pass keys of destinations in the `replicaKeyArns`');
  }
  if (Token.isUnresolved(region) && Resource.isOwnedResource(key)) {
    throw invalid(PROP, `the key '${key.node.path}' of an environment-agnostic stack`, `a \`tableKey\` of the source Region '${sourceRegion}'`,
      `set \`env: { region: '${sourceRegion}' }\` on the key's stack, or pass \`Key.fromKeyArn(…)\`: the table is in a stack of its own`);
  }
  validateKeyArn(key.keyArn, sourceRegion, 'the `tableKey`');
}

function validateReplicaKeyArn(arn: string, region: string): void {
  const referred = referredBy(arn);
  if (referred) {
    throw invalid(PROP, `a reference to '${referred.node.path}' for '${region}'`, 'the ARN of a key, as a string',
      `write \`'arn:${partitionOf(region)}:kms:${region}:…:key/…'\`: a stack can't refer to a resource of another Region`);
  }
  validateKeyArn(arn, region, `the key for '${region}'`);
}

/** The resource of the app that a token refers to, if any. */
function referredBy(value: string): CfnElement | undefined {
  const references = Tokenization.reverseString(value).tokens.filter(Reference.isReference);
  return references.map(({ target }) => target).find((target): target is CfnElement => CfnElement.isCfnElement(target) && !Stack.isStack(target));
}

/** Part by part, because an account that is unknown at synthesis is a token, and an imported ARN can be a token as a whole. */
function validateKeyArn(arn: string, region: string, what: string): void {
  const partition = partitionOf(region);
  const got = `${shown(arn)} for ${what}`;
  const expected = `the ARN of a KMS key of the Region '${region}'`;
  const advice = `write 'arn:${partition}:kms:${region}:<account>:key/<id>'`;
  if (typeof arn !== 'string') throw invalid(PROP, got, expected, advice);
  const parts = arn.split(':');
  if (Token.isUnresolved(arn) && parts.length === 1) return;
  const [prefix, itsPartition, service, itsRegion, account, resource] = parts;
  const known = (part: string | undefined, isRight: boolean) => isRight || Token.isUnresolved(part);
  if (parts.length === 6 && /^alias\/./.test(resource)) {
    throw invalid(PROP, got, expected, `${advice}, not its alias: permissions and CloudWatch Logs take none`);
  }
  const isRight = parts.length === 6 && prefix === 'arn' && known(service, service === 'kms') && known(itsRegion, itsRegion === region)
    && known(itsPartition, itsPartition === partition) && known(account, /^\d{12}$/.test(account)) && known(resource, /^key\/[A-Za-z0-9-]+$/.test(resource));
  if (!isRight) throw invalid(PROP, got, expected, advice);
}
