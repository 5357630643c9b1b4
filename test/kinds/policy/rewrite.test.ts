import { isSameDocument } from '../../../src/kinds/policy/canonical-json';
import { reachOf } from '../../../src/kinds/policy/handler/region-pattern';
import { REJECTIONS, Relocation, rewritePolicy } from '../../../src/kinds/policy/handler/rewrite';

const RELOCATION: Relocation = {
  partition: 'aws',
  sourceRegion: 'us-east-1',
  destinationRegion: 'eu-west-1',
  domainNames: { 'a1-ats.iot.us-east-1.amazonaws.com': 'b2-ats.iot.eu-west-1.amazonaws.com', 'iot.example.com': 'iot.example.com' },
};

const source = (rest: string) => `arn:aws:iot:us-east-1:123456789012:${rest}`;
const destination = (rest: string) => `arn:aws:iot:eu-west-1:123456789012:${rest}`;

type Part = Readonly<Record<string, unknown>>;

function documentOf(...statements: Part[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', Action: 'iot:*', Resource: '*', ...each })) });
}

const rewrite = (document: string, relocation = RELOCATION) => rewritePolicy(document, relocation);

/** The rewritten document, as its statements without what all of them have. */
function rewritten(...statements: Part[]) {
  const result = rewrite(documentOf(...statements));
  return result.is === 'rejected' ? result : { is: result.is, findings: result.findings, document: JSON.parse(result.document) as unknown };
}

function becomes(...statements: Part[]) {
  return { is: 'rewritten', findings: [], document: JSON.parse(documentOf(...statements)) as unknown };
}

const rejected = (reason: keyof typeof REJECTIONS) => ({ is: 'rejected', reason, message: REJECTIONS[reason] });

describe('the Region of ARNs of AWS IoT and Greengrass', () => {
  test.each(['Resource', 'NotResource'])('is rewritten in %s', (element) => {
    const of = (...arns: string[]) => ({ Resource: undefined, [element]: arns });
    expect(rewritten(of(source('topic/a'), source('client/${iot:ClientId}')))).toEqual(becomes(of(destination('topic/a'), destination('client/${iot:ClientId}'))));
  });

  test('is rewritten for Greengrass', () => {
    expect(rewritten({ Resource: 'arn:aws:greengrass:us-east-1:1:/greengrass/groups/g' })).toEqual(becomes({ Resource: 'arn:aws:greengrass:eu-west-1:1:/greengrass/groups/g' }));
  });

  test.each([
    ['an operator for ARNs', 'ArnLike', 'aws:SourceArn'],
    ['a negated one', 'ArnNotEquals', 'iot:Some'],
    ['a key that is an ARN', 'StringEquals', 'iot:thingArn'],
    ['more than one value of the request', 'ForAnyValue:ArnLike', 'iot:Some'],
  ])('is rewritten in conditions with %s', (_, operator, key) => {
    expect(rewritten({ Condition: { [operator]: { [key]: [source('thing/a')] } } })).toEqual(becomes({ Condition: { [operator]: { [key]: [destination('thing/a')] } } }));
  });

  test('is rewritten in a document with one statement that is no list', () => {
    const document = (arn: string) => JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: ['iot:Publish'], Resource: arn } });
    expect(rewrite(document(source('topic/a')))).toEqual({ is: 'rewritten', findings: [], document: document(destination('topic/a')) });
  });

  test('stays in ARNs of other services and partitions', () => {
    const resources = ['arn:aws:s3:us-east-1:1:bucket', 'arn:aws-cn:iot:us-east-1:1:topic/a', 'arn:aws:iotwireless:us-east-1:1:thing/a'];
    expect(rewritten({ Resource: resources })).toMatchObject({ is: 'verbatim', findings: ['OTHER_REGION'] });
  });

  test('stays where it is a part of a name', () => {
    const names = ['topic/us-east-1/arn:aws:iot:us-east-1:1:topic/a', 'client/us-east-1', 'topicfilter/:us-east-1:'];
    expect(rewritten({ Resource: names.map(source) })).toEqual(becomes({ Resource: names.map(destination) }));
  });

  test('stays in names of actions and statements', () => {
    const others = { Sid: 'us-east-1', Action: ['iot:us-east-1'] };
    expect(rewritten({ ...others, Resource: source('topic/a') })).toEqual(becomes({ ...others, Resource: destination('topic/a') }));
  });
});

describe('wildcards and other Regions', () => {
  test('a document with * alone stays as it was written', () => {
    const document = '{ "Version": "2012-10-17",\n "Statement": [{ "Effect": "Allow", "Action": "iot:*", "Resource": ["*", "arn:aws:iot:*:1:topic/a", "arn:aws:iot:*"] }] }';
    expect(rewrite(document)).toEqual({ is: 'verbatim', document, findings: [] });
  });

  test('another Region stays, and is reported', () => {
    const other = 'arn:aws:iot:ap-south-1:1:topic/a';
    expect(rewritten({ Resource: [other, source('topic/a')] })).toEqual({ ...becomes({ Resource: [other, destination('topic/a')] }), findings: ['OTHER_REGION'] });
  });

  test.each(['us-*', '??-*-1', 'us-east-?'])('%s stays in what is allowed, and is reported', (region) => {
    const partial = `arn:aws:iot:${region}:1:topic/a`;
    expect(rewritten({ Resource: partial })).toMatchObject({ is: 'verbatim', findings: ['PARTIAL_WILDCARD'] });
  });

  const LESS = 'arn:aws:iot:us-*:1:topic/secret';
  test.each([
    ['denied', { Effect: 'Deny', Resource: LESS }],
    ['excepted from what is allowed', { Resource: undefined, NotResource: [LESS] }],
    ['a condition of a Deny', { Effect: 'Deny', Condition: { ArnLike: { 'iot:thingArn': LESS } } }],
    ['a negated condition of an Allow', { Condition: { ArnNotLike: { 'iot:thingArn': LESS } } }],
    ['denied, with a wildcard before the Region', { Effect: 'Deny', Resource: 'arn:*:us-east-1:1:topic/secret' }],
  ])('a wildcard that matches the source alone is rejected if it is %s: the destination would allow more', (_, statement) => {
    expect(rewritten({ Resource: source('topic/*') }, statement)).toEqual(rejected('PARTIAL_WILDCARD'));
  });

  test.each([
    ['excepted from what is denied', { Effect: 'Deny', Resource: undefined, NotResource: [LESS] }],
    ['a condition of an Allow', { Condition: { ArnLike: { 'iot:thingArn': LESS } } }],
  ])('it stays if it is %s', (_, statement) => {
    expect(rewritten(statement)).toMatchObject({ is: 'verbatim', findings: ['PARTIAL_WILDCARD'] });
  });

  test('one that matches both is denied in both', () => {
    expect(rewritten({ Effect: 'Deny', Resource: 'arn:aws:iot:*-1:1:topic/secret' })).toMatchObject({ is: 'verbatim', findings: ['PARTIAL_WILDCARD'] });
  });

  test('a variable in place of the Region is rejected', () => {
    expect(rewritten({ Resource: 'arn:aws:iot:${iot:Connection.Thing.Attributes[region]}:1:topic/a' })).toEqual(rejected('REGION_VARIABLE'));
  });
});

describe('a document that speaks of the destination already', () => {
  test.each([
    ['by its name', destination('topic/b')],
    ['by a wildcard that the source does not match', 'arn:aws:iot:eu-*:1:topic/b'],
    ['by a wildcard before it', 'arn:*:eu-west-1:1:topic/b'],
  ])('%s stays as it was written: rewriting would allow more', (_, arn) => {
    const document = documentOf({ Resource: [source('topic/a'), arn] }).replace(/,/g, ' , ');
    expect(rewrite(document)).toEqual({ is: 'verbatim', document, findings: ['NAMES_DESTINATION'] });
  });

  const both = { Resource: [source('client/c'), destination('client/c')] };
  const all = { Resource: 'arn:aws:iot:*:1:topic/*' };

  test('denies there what it denies in the source', () => {
    const denial = (arn: string) => ({ Effect: 'Deny', Resource: arn });
    const found = rewritten(both, all, denial(source('topic/secret')));
    expect(found).toEqual({ ...becomes(both, all, denial(destination('topic/secret'))), findings: ['NAMES_DESTINATION'] });
  });

  test.each([
    ['PARTIAL_WILDCARD', { Effect: 'Deny', Resource: 'arn:aws:iot:us-*:1:topic/secret' }],
    ['SOURCE_NETWORK', { Effect: 'Deny', Resource: '*', Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-guest' } } }],
    ['REGION_CONDITION', { Effect: 'Deny', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } }],
    ['ARN_IN_CONDITION', { Effect: 'Deny', Resource: '*', Condition: { StringLike: { 'iot:ClientId': source('*') } } }],
  ])('is rejected with %s, as any other one, if it denies by what belongs to the source', (reason, denial) => {
    expect(rewritten(both, all, denial)).toMatchObject({ is: 'rejected', reason });
  });

  test('by its domain name stays too', () => {
    const condition = { StringEquals: { 'iot:DomainName': ['a1-ats.iot.us-east-1.amazonaws.com', 'b2-ats.iot.eu-west-1.amazonaws.com'] } };
    expect(rewritten({ Resource: source('topic/a'), Condition: condition })).toMatchObject({ is: 'verbatim', findings: ['NAMES_DESTINATION'] });
  });

  test('a name in a topic does not count', () => {
    expect(rewritten({ Resource: source('topic/eu-west-1') })).toEqual(becomes({ Resource: destination('topic/eu-west-1') }));
  });
});

describe('conditions', () => {
  const onDomain = (name: unknown, operator = 'StringEquals') => ({ Condition: { [operator]: { 'iot:DomainName': name } } });

  test('a domain name becomes that of the destination', () => {
    expect(rewritten(onDomain(['a1-ats.iot.us-east-1.amazonaws.com', 'iot.example.com'])))
      .toEqual(becomes(onDomain(['b2-ats.iot.eu-west-1.amazonaws.com', 'iot.example.com'])));
  });

  test('the name of the key is not case-sensitive', () => {
    expect(rewritten({ Condition: { StringEquals: { 'IOT:domainname': 'other.example.com' } } })).toEqual(rejected('DOMAIN_NAME'));
  });

  test.each(['StringEquals', 'StringNotLikeIfExists', 'ForAnyValue:StringLike'])('a domain name that is not mapped is rejected (%s)', (operator) => {
    expect(rewritten(onDomain('*.iot.us-east-1.amazonaws.com', operator))).toEqual(rejected('DOMAIN_NAME'));
    expect(rewritten(onDomain('constructor', operator))).toEqual(rejected('DOMAIN_NAME'));
  });

  test('whether there is a domain name, and any domain name, are the same everywhere', () => {
    expect(rewritten(onDomain('true', 'Null'), onDomain('*', 'StringLike'))).toMatchObject({ is: 'verbatim', findings: [] });
  });

  test('two domain names that are mapped to one are rejected: a Deny of one would deny the other', () => {
    const domainNames = { 'x.example.com': 'z.example.com', 'y.example.com': 'z.example.com' };
    const document = documentOf(onDomain('x.example.com'), { Effect: 'Deny', ...onDomain('y.example.com', 'StringNotEquals') });
    expect(rewrite(document, { ...RELOCATION, domainNames })).toEqual(rejected('AMBIGUOUS_DOMAIN_NAME'));
  });

  test.each([[0, 1], [1, 0]])('a domain name of the source beside one of the destination is none of two, in any order (%i, %i)', (...order) => {
    const names = ['b2-ats.iot.eu-west-1.amazonaws.com', 'a1-ats.iot.us-east-1.amazonaws.com'];
    expect(rewritten(...order.map((i) => onDomain(names[i])))).toMatchObject({ is: 'verbatim', findings: ['NAMES_DESTINATION'] });
  });

  test.each(['${iot:DomainName}', "${ iot:domainname, 'x'}", '${aws:SourceVpce}'])('the variable %s is rejected', (variable) => {
    expect(rewritten({ Resource: source(`topic/${variable}`) })).toEqual(rejected('DOMAIN_NAME_VARIABLE'));
  });

  test('addresses, client ids and other variables stay', () => {
    const condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' }, StringLike: { 'iot:ClientId': ['us-east-1', '${iot:Connection.Thing.ThingName}'] }, Bool: { 'iot:Delete': true } };
    expect(rewritten({ Condition: condition, Resource: source('client/${iot:ClientId}') }))
      .toEqual(becomes({ Condition: condition, Resource: destination('client/${iot:ClientId}') }));
  });

  test('an ARN of the source that is compared as a string is rejected', () => {
    expect(rewritten({ Condition: { StringLike: { 'iot:ClientId': source('thing/a') } } })).toEqual(rejected('ARN_IN_CONDITION'));
  });

  test('a condition on the Region itself is rejected', () => {
    expect(rewritten({ Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } } })).toEqual(rejected('REGION_CONDITION'));
  });

  test('a network of the source stays where the destination then allows less', () => {
    const condition = { StringEquals: { 'aws:SourceVpc': 'vpc-1' } };
    expect(rewritten({ Condition: condition })).toMatchObject({ is: 'verbatim', findings: ['SOURCE_NETWORK'] });
    expect(rewritten({ Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } })).toMatchObject({ findings: ['SOURCE_NETWORK'] });
    expect(rewritten({ Effect: 'Deny', Condition: condition })).toEqual(rejected('SOURCE_NETWORK'));
  });
});

describe('role aliases', () => {
  test('are rewritten and reported, as they have to exist in the destination', () => {
    expect(rewritten({ Action: 'iot:AssumeRoleWithCertificate', Resource: source('rolealias/r') }))
      .toEqual({ ...becomes({ Action: 'iot:AssumeRoleWithCertificate', Resource: destination('rolealias/r') }), findings: ['ROLE_ALIAS'] });
  });
});

describe('the size', () => {
  /** A document whose size, without white space, is this after it was rewritten to ap-southeast-1. */
  function sized(characters: number): string {
    const empty = rewrite(documentOf({ Resource: source('topic/') }), { ...RELOCATION, destinationRegion: 'ap-southeast-1' });
    if (empty.is === 'rejected') throw new Error(empty.message);
    return documentOf({ Resource: source(`topic/${'x'.repeat(characters - empty.document.length)}`) });
  }

  test('is measured after rewriting, without white space', () => {
    const relocation = { ...RELOCATION, destinationRegion: 'ap-southeast-1' };
    expect(rewrite(sized(2048).replace('topic/', 'topic/   ').replace(/,/g, ' ,\n'), relocation)).toMatchObject({ is: 'rewritten' });
    expect(rewrite(sized(2049), relocation)).toEqual(rejected('TOO_LONG'));
    expect(rewrite(sized(2049))).toMatchObject({ is: 'rewritten' });
  });
});

describe('what is no policy document', () => {
  test.each([
    ['NOT_JSON', 'secret-topic'],
    ['NOT_JSON', '{"Statement": secret-topic}'],
    ['MALFORMED', '[]'],
    ['MALFORMED', '{}'],
    ['MALFORMED', 'null'],
    ['MALFORMED', documentOf({ Principal: '*' })],
    ['MALFORMED', documentOf({ Effect: 'allow' })],
    ['MALFORMED', documentOf({ Resource: [['*']] })],
    ['MALFORMED', documentOf({ Condition: { StringEquals: 'x' } })],
    ['DUPLICATE_KEY', documentOf({}).replace('"Effect":"Allow"', '"Effect":"Deny","Effect" : "Allow"')],
    ['UNSAFE_NUMBER', documentOf({ Condition: { NumericEquals: { 'iot:x': 0 } } }).replace(':0}', ':12345678901234567890}')],
  ] as const)('is rejected as %s, without any part of it: %s', (reason, document) => {
    const result = rewrite(document);
    expect(result).toEqual(rejected(reason));
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test('what merely looks like a key twice is one', () => {
    expect(rewrite(documentOf({ Sid: 'a "quoted": \\"key\\": \\' }))).toMatchObject({ is: 'verbatim' });
  });
});

describe('documents are the same', () => {
  test('whatever their white space and the order of their keys', () => {
    expect(isSameDocument('{"a": [1, {"c": 1, "b": 2}], "d": 1}', '{"d":1,"a":[1,{"b":2,"c":1}]}')).toBe(true);
  });

  test.each([['{"a":[1,2]}', '{"a":[2,1]}'], ['{"a":1}', '{"a":"1"}'], ['{"a":1}', '{"a":1,"b":1}'], ['{', '{ '], ['{', '{"a":1}']])('but not %s and %s', (one, other) => {
    expect(isSameDocument(one, other)).toBe(false);
  });

  test('with members of any name', () => {
    expect(isSameDocument('{"__proto__":1}', '{}')).toBe(false);
  });

  test('a document that has a key twice equals no other: which of the two counts is not defined', () => {
    const twice = '{"a":1,"b":2,"a":3}';
    for (const other of ['{"a":3,"b":2}', '{"a":1,"b":2}', '{"a":1, "b":2,"a":3}']) {
      expect([isSameDocument(twice, other), isSameDocument(other, twice)]).toEqual([false, false]);
    }
    expect(isSameDocument(twice, twice)).toBe(true);
  });
});

test.each([
  ['*', 'same'],
  ['arn:aws:iot:*', 'same'],
  ['arn:aws:iot:*:1:topic/us-east-1', 'same'],
  ['arn:aws:iot:*t-1:1:topic/a', 'same'],
  ['arn:aws:iot:us${*}east-1:1:topic/a', 'same'],
  ['topic/a', 'same'],
  ['arn:aws:iot:us-east-1:1:topic/a', 'source'],
  ['arn:aws:iot:us-*', 'source'],
  ['*us-east-1:1:topic/a', 'source'],
  ['arn:aws:*:us-*:1:topic/a', 'source'],
  ['arn:aws:i?t:us-east-?:1:topic/a', 'source'],
  ['arn:aws:iot:eu-west-1:1:topic/a', 'destination'],
  ['arn:aws:greengrass:eu-*:1:topic/a', 'destination'],
  ['arn:aws:iot:?u-*:1:topic/a', 'destination'],
  ['arn:aws:iot:*west*:1:topic/a', 'destination'],
  ['*${iot:ClientId}', 'unknown'],
  ['arn:aws:iot:${x}:1:topic/a', 'unknown'],
  ['arn:aws:s3:${x}:1:topic/a', 'same'],
  ['arn:aws:iot:*:1:topic/${x}', 'same'],
] as const)('%s reaches %s', (pattern, reach) => {
  expect(reachOf(pattern, RELOCATION)).toBe(reach);
});
