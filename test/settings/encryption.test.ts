import { App, Aws, Fn, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Alias, CfnKey, IKey, Key } from 'aws-cdk-lib/aws-kms';
import { IotRegistryReplicationProps } from '../../src';
import { DESTINATION, OTHER, SOURCE, complaintsOf, createApp, createStack, replicate, synth } from '../apps';

const SHAPE = /^encryption: got .+, expected .+; .+[^.]$/;

const arnOf = (region: string, partition = 'aws') => `arn:${partition}:kms:${region}:111122223333:key/mrk-0123456789abcdef0123456789abcdef`;
const keyOf = (stack: Stack, region = SOURCE) => Key.fromKeyArn(stack, `Key${region}`, arnOf(region));

interface Given {
  readonly stack?: Stack;
  readonly key?: (stack: Stack) => IKey;
  readonly arns?: Record<string, string>;
  readonly props?: Partial<IotRegistryReplicationProps>;
}

/** CDK warns of references between stacks in apps that don't say how strong these are to be. */
const app = () => createApp({ context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' } });

function given({ stack = createStack({}, app()), key = keyOf, arns = { [DESTINATION]: arnOf(DESTINATION) }, props }: Given) {
  return replicate({ ...props, encryption: TableEncryptionV2.customerManagedKey(key(stack), arns) }, stack);
}

function failing(what: Given): string {
  try {
    given(what);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('did not fail');
}

describe('the key of the source', () => {
  const expected = "expected a `tableKey` of the source Region 'us-east-1'";
  const written = "expected the ARN of a KMS key of the Region 'us-east-1'; write 'arn:aws:kms:us-east-1:<account>:key/<id>'";
  const sibling = (stack: Stack, region?: string) => new Stack(stack.node.root as App, 'Keys', { env: { account: '111122223333', region } });

  test.each<[string, Given, string]>([
    ['of another Region, by its ARN', { key: (stack) => keyOf(stack, OTHER) },
      `the key 'Main/Keyap-southeast-1' of the Region 'ap-southeast-1', ${expected}; pass a key of that Region; pass keys of destinations in the \`replicaKeyArns\``],
    ['that lives in a destination', { key: (stack) => new Key(sibling(stack, DESTINATION), 'Key') },
      `the key 'Keys/Key' of the Region 'eu-west-1', ${expected}; pass a key of that Region; pass keys of destinations in the \`replicaKeyArns\``],
    ['of the enclosing stack, which is not in the source Region', { key: (stack) => new Key(stack, 'Key'), props: { sourceRegion: OTHER } },
      "the key 'Main/Key' of the Region 'us-east-1', expected a `tableKey` of the source Region 'ap-southeast-1'; pass a key of that Region; pass keys of destinations in the `replicaKeyArns`"],
    ['of an environment-agnostic stack', { stack: createStack({ env: {} }), key: (stack) => new Key(stack, 'Key'), props: { sourceRegion: SOURCE } },
      `the key 'Main/Key' of an environment-agnostic stack, ${expected}; set \`env: { region: 'us-east-1' }\` on the key's stack, or pass \`Key.fromKeyArn(…)\`: the table is in a stack of its own`],
    ['that is an alias', { key: (stack) => new Alias(stack, 'Alias', { aliasName: 'fleet', targetKey: keyOf(stack) }) },
      "the alias 'Main/Alias', expected a key for the `tableKey`; pass the key itself: permissions and CloudWatch Logs accept no alias"],
    ['that is an alias by its name', { key: (stack) => Alias.fromAliasName(stack, 'Alias', 'alias/fleet') },
      "the alias 'Main/Alias', expected a key for the `tableKey`; pass the key itself: permissions and CloudWatch Logs accept no alias"],
    ['of another partition', { key: (stack) => Key.fromKeyArn(stack, 'Key', arnOf(SOURCE, 'aws-cn')) }, `'${arnOf(SOURCE, 'aws-cn')}' for the \`tableKey\`, ${written}`],
    ['that is the ARN of something else', { key: (stack) => Key.fromKeyArn(stack, 'Key', 'arn:aws:s3:us-east-1:111122223333:key/x') }, `'arn:aws:s3:us-east-1:111122223333:key/x' for the \`tableKey\`, ${written}`],
  ])('fails if it is one %s', (_, what, rest) => {
    const message = failing(what);
    expect(message).toBe(`encryption: got ${rest}`);
    expect(message).toMatch(SHAPE);
  });

  test.each<[string, Given]>([
    ['a key of the same stack', { key: (stack) => new Key(stack, 'Key') }],
    ['a key of another stack of the Region', { key: (stack) => new Key(sibling(stack, SOURCE), 'Key') }],
    ['a key by its ARN', {}],
    ['a key by its ARN, in an environment-agnostic stack', { stack: createStack({ env: {} }), props: { sourceRegion: SOURCE } }],
    ['a key by an ARN with the account that is deployed to', { key: (stack) => Key.fromKeyArn(stack, 'Key', `arn:${Aws.PARTITION}:kms:us-east-1:${Aws.ACCOUNT_ID}:key/k`) }],
    ['a key by an ARN that is known at the deployment', { stack: createStack({ env: { region: SOURCE } }), key: (stack) => Key.fromKeyArn(stack, 'Key', Fn.importValue('key')) }],
    ['a key of the source\'s Region while the source has a stack of its own',
      { stack: createStack({ env: { account: '111122223333', region: DESTINATION } }, app()), key: (stack) => new Key(sibling(stack, SOURCE), 'Key'), props: { sourceRegion: SOURCE } }],
  ])('can be %s', (_, what) => {
    expect(complaintsOf(synth(Stack.of(given(what))))).toEqual([]);
  });
});

describe('the keys of destinations', () => {
  const written = (region: string) => `expected the ARN of a KMS key of the Region '${region}'; write 'arn:aws:kms:${region}:<account>:key/<id>'`;
  const of = (arn: string) => ({ [DESTINATION]: arn });

  test.each<[string, Record<string, string>, string]>([
    ['none', {}, "no ARN of a key for 'eu-west-1', expected one for each of the destinations ['eu-west-1']; add `{ 'eu-west-1': 'arn:…' }` to the `replicaKeyArns`: a key belongs to one Region"],
    ['one of a Region that is no destination', { ...of(arnOf(DESTINATION)), [OTHER]: arnOf(OTHER) },
      "the ARN of a key for 'ap-southeast-1', expected only ARNs for the destinations ['eu-west-1']; leave it out, or add the Region to `destinationRegions`"],
    ['one of the source', { ...of(arnOf(DESTINATION)), [SOURCE]: arnOf(SOURCE) },
      "the ARN of a key for 'us-east-1', expected only ARNs for the destinations ['eu-west-1']; leave it out: the key of the source Region is the `tableKey`"],
    ['one of another Region than the replica', of(arnOf(OTHER)), `'${arnOf(OTHER)}' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['one of another partition', of(arnOf(DESTINATION, 'aws-cn')), `'${arnOf(DESTINATION, 'aws-cn')}' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['one of another service', of('arn:aws:sqs:eu-west-1:111122223333:key/a'), `'arn:aws:sqs:eu-west-1:111122223333:key/a' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['one that is not in an account', of('arn:aws:kms:eu-west-1:me:key/a'), `'arn:aws:kms:eu-west-1:me:key/a' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['an id', of('mrk-0123456789abcdef0123456789abcdef'), `'mrk-0123456789abcdef0123456789abcdef' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['an empty one', of(''), `'' for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['an alias', of('arn:aws:kms:eu-west-1:111122223333:alias/fleet'),
      `'arn:aws:kms:eu-west-1:111122223333:alias/fleet' for the key for 'eu-west-1', ${written(DESTINATION)}, not its alias: permissions and CloudWatch Logs take none`],
    ['one with a Region that does not fit, and a token for the account', of(`arn:aws:kms:us-east-1:${Aws.ACCOUNT_ID}:key/a`), `a token for the key for 'eu-west-1', ${written(DESTINATION)}`],
    ['a key in place of an ARN', of({} as unknown as string), `an object for the key for 'eu-west-1', ${written(DESTINATION)}`],
  ])('fail if they are %s', (_, arns, rest) => {
    const message = failing({ arns });
    expect(message).toBe(`encryption: got ${rest}`);
    expect(message).toMatch(SHAPE);
  });

  test.each<[string, (stack: Stack) => string, string]>([
    ['a key', (stack) => new Key(stack, 'Key').keyArn, 'Keys/Key/Resource'],
    ['a key of the first level', (stack) => new CfnKey(stack, 'Key', {}).attrArn, 'Keys/Key'],
  ])('fail if one is a reference to %s of the destination', (_, createArn, path) => {
    const root = app();
    const keys = createStack({ env: { account: '111122223333', region: DESTINATION } }, root, 'Keys');
    const message = failing({ stack: createStack({}, root), arns: of(createArn(keys)) });
    expect(message).toBe(`encryption: got a reference to '${path}' for 'eu-west-1', expected the ARN of a key, as a string; `
      + "write `'arn:aws:kms:eu-west-1:…:key/…'`: a stack can't refer to a resource of another Region");
    expect(message).toMatch(SHAPE);
  });

  test.each([
    ['written out', arnOf(DESTINATION)],
    ['a single-Region key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['with the account that is deployed to', `arn:aws:kms:eu-west-1:${Aws.ACCOUNT_ID}:key/mrk-1`],
    ['known at the deployment', Fn.importValue('key')],
  ])('can be %s', (_, arn) => {
    expect(complaintsOf(synth(Stack.of(given({ arns: of(arn) }))))).toEqual([]);
  });

  test('can be of another partition than aws, with its source', () => {
    const stack = createStack({ env: { account: '111122223333', region: 'cn-north-1' } });
    const replication = given({
      stack,
      key: () => Key.fromKeyArn(stack, 'Key', arnOf('cn-north-1', 'aws-cn')),
      arns: { 'cn-northwest-1': arnOf('cn-northwest-1', 'aws-cn') },
      props: { destinationRegions: ['cn-northwest-1'] },
    });
    expect(JSON.stringify(synth(Stack.of(replication)).stacks.map(({ template }) => template))).toContain('sqs.cn-north-1.amazonaws.com.cn');
  });
});

test.each<[unknown, string]>([['CUSTOMER_MANAGED', "'CUSTOMER_MANAGED'"], [{}, 'an object']])('fails if it is %p', (encryption, got) => {
  expect(() => replicate({ encryption: encryption as TableEncryptionV2 })).toThrow(
    `encryption: got ${got}, expected a \`TableEncryptionV2\` of aws-cdk-lib/aws-dynamodb; write \`TableEncryptionV2.customerManagedKey(…)\` or another of its methods`,
  );
});
