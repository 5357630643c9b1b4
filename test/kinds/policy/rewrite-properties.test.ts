import * as fc from 'fast-check';
import { evaluatorOf, PolicyRequest, Reach } from './policy-evaluator';
import { isSameDocument } from '../../../src/kinds/policy/canonical-json';
import { Relocation, Rewriting, rewritePolicy } from '../../../src/kinds/policy/handler/rewrite';

const SOURCE = 'us-east-1';
const DESTINATION = 'eu-west-1';
const DOMAIN_NAMES = { 'source.example.com': 'destination.example.com', 'iot.example.com': 'iot.example.com' };
const RELOCATION: Relocation = { partition: 'aws', sourceRegion: SOURCE, destinationRegion: DESTINATION, domainNames: DOMAIN_NAMES };

const TAILS = ['1:topic/a', '1:topic/us-east-1', '1:client/c', '1:topic/x:iot:us-east-1:1:topic/a', '1:topic/x:iot:eu-west-1:1:topic/a'];

/** What is said of a device in the destination, and of the same device in the source. */
const CONTEXTS: readonly PolicyRequest['context'][] = [
  { 'iot:domainname': 'destination.example.com', 'iot:clientid': 'c', 'iot:thingarn': `arn:aws:iot:${DESTINATION}:1:topic/b`, 'aws:sourcevpc': 'vpc-destination' },
  { 'iot:domainname': 'iot.example.com', 'iot:clientid': 'us-east-1', 'iot:thingarn': `arn:aws:iot:${DESTINATION}:1:topic/a`, 'aws:sourceip': '10.0.0.1' },
  { 'iot:clientid': 'arn:aws:iot' },
];
const SOURCE_VALUES: Readonly<Record<string, string>> = { 'destination.example.com': 'source.example.com', 'vpc-destination': 'vpc-source' };
const SOURCE_CONTEXTS = CONTEXTS.map((context) => Object.fromEntries(Object.entries(context).map(([key, value]) => [key, SOURCE_VALUES[value] ?? home(value)])));

/** What a device may ask for in the destination, and the same in the source. */
const REQUESTS = requestsOf(CONTEXTS, (resource) => resource);
const SOURCE_REQUESTS = requestsOf(SOURCE_CONTEXTS, home);

function requestsOf(contexts: readonly PolicyRequest['context'][], arnOf: (resource: string) => string): readonly PolicyRequest[] {
  return ['iot:Publish', 'iot:Connect'].flatMap((action) => ['iot', 'greengrass'].flatMap((service) => TAILS.flatMap((tail) => contexts.map((context) => (
    { action, resource: arnOf(`arn:aws:${service}:${DESTINATION}:${tail}`), context })))));
}

function home(text: string): string {
  return text.replace(/^(arn:aws:(?:iot|greengrass)):eu-west-1:/, `$1:${SOURCE}:`);
}

function arns(...regions: string[]): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(
        fc.oneof({ weight: 8, arbitrary: fc.constant('aws') }, fc.constantFrom('a?s', 'aws*', '*')),
        fc.oneof({ weight: 8, arbitrary: fc.constant('iot') }, fc.constantFrom('greengrass', 'i*', '*', 's3')),
        fc.oneof({ weight: 3, arbitrary: fc.constant(SOURCE) }, fc.constantFrom(...regions)),
        fc.constantFrom('1:topic/a', '1:topic/*', '*:topic/?', '1:*/${iot:ClientId}', '1:topic/us-east-1', '*', '1:topic/x:iot:us-east-1:1:*'),
      ).map(([partition, service, region, tail]) => `arn:${partition}:${service}:${region}:${tail}`),
    },
    fc.constantFrom('*', 'arn:aws:iot:*', '*:topic/a', 'arn:*', 'arn:aws:iot:us-*', '*us-east-1*', '*east*', 'topic/a', '*${iot:ClientId}'),
  );
}

function oneOrMore<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> {
  return fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 3 }));
}

function conditions(arn: fc.Arbitrary<string>): fc.Arbitrary<object> {
  const texts = (prefixes: string[], values: fc.Arbitrary<string>, key: string) => fc.tuple(fc.constantFrom(...prefixes), oneOrMore(values))
    .map(([operator, value]) => ({ [operator]: { [key]: value } }));
  const strings = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists', 'ForAllValues:StringLike', 'ForAnyValue:StringNotEquals'];
  return fc.oneof(
    texts(['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEqualsIfExists', 'ForAllValues:ArnLike', 'StringLike', 'StringNotLike'], arn, 'iot:thingArn'),
    texts(strings, fc.constantFrom('source.example.com', 'iot.example.com', '*'), 'iot:DomainName'),
    texts(strings, fc.constantFrom('c', 'us-east-1', 'arn:aws:iot', '${iot:Other}'), 'iot:ClientId'),
    texts(strings, fc.constant('vpc-source'), 'aws:SourceVpc'),
    texts(['IpAddress', 'NotIpAddress'], fc.constant('10.0.0.1'), 'aws:SourceIp'),
    texts(['Null'], fc.constantFrom('true', 'false'), 'iot:DomainName'),
  );
}

function documents(...regions: string[]): fc.Arbitrary<string> {
  const arn = arns(...regions);
  const statement = fc.tuple(
    fc.constantFrom('Allow', 'Allow', 'Deny'),
    fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
    oneOrMore(fc.constantFrom('iot:Publish', 'iot:*', '*', 'iot:?onnect')),
    fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    oneOrMore(arn),
    fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, conditions(arn).map((Condition) => ({ Condition }))),
  ).map(([Effect, actions, action, resources, resource, condition]) => ({ Effect, [actions]: action, [resources]: resource, ...condition }));
  return fc.array(statement, { minLength: 1, maxLength: 4 }).map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }));
}

const ALL_REGIONS = [DESTINATION, 'ap-south-1', '*', 'us-*', 'eu-*', '*-1', '??-*-1', 'us-east-?', '*east*', '*-?', '${iot:ClientId}', ''];
const OWN_REGIONS = ['ap-south-1', '*', '??-????-1', '*t-1'];

const RUNS = { numRuns: 800 };

const isAccepted = (result: Rewriting): result is Exclude<Rewriting, { is: 'rejected' }> => result.is !== 'rejected';

describe.each<Reach>(['beyond colons', 'within a segment'])('if a wildcard reaches %s', (reach) => {
  test('a document never allows more than the source\'s does, nor less without saying so', () => {
    const seen = { rewritten: 0, rejected: 0, allowing: 0, narrower: 0, forBoth: 0 };
    fc.assert(fc.property(documents(...ALL_REGIONS), (document) => {
      const result = rewritePolicy(document, RELOCATION);
      if (!isAccepted(result)) return void seen.rejected++;
      if (result.findings.includes('NAMES_DESTINATION')) return void seen.forBoth++;
      const before = SOURCE_REQUESTS.map(evaluatorOf(document, reach));
      const after = REQUESTS.map(evaluatorOf(result.document, reach));
      expect(REQUESTS.filter((_, i) => after[i] && !before[i])).toEqual([]);
      const narrows = result.findings.includes('PARTIAL_WILDCARD') || result.findings.includes('SOURCE_NETWORK');
      if (!narrows) expect(after).toEqual(before);
      if (result.is === 'rewritten') seen.rewritten++;
      if (after.includes(true)) seen.allowing++;
      if (after.some((each, i) => each !== before[i])) seen.narrower++;
    }), RUNS);
    // Otherwise the property would hold for nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  test('a document that names the destination allows there what it says, but for what it denies in the source', () => {
    const seen = { verbatim: 0, rewritten: 0, allowing: 0, denying: 0 };
    fc.assert(fc.property(documents(...ALL_REGIONS), (document) => {
      const result = rewritePolicy(document, RELOCATION);
      if (!isAccepted(result) || !result.findings.includes('NAMES_DESTINATION')) return;
      const asWritten = REQUESTS.map(evaluatorOf(document, reach));
      const undenied = SOURCE_REQUESTS.map(evaluatorOf(denialsOf(document), reach));
      const after = REQUESTS.map(evaluatorOf(result.document, reach));
      expect(REQUESTS.filter((_, i) => after[i] && !(asWritten[i] && undenied[i]))).toEqual([]);
      seen[result.is]++;
      if (after.includes(true)) seen.allowing++;
      if (asWritten.some((each, i) => each && !undenied[i])) seen.denying++;
    }), { numRuns: 3 * RUNS.numRuns });
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});

/** What a document denies, and everything else allowed. What a denial excepts, it may except for the destination by its name: such denials are left out. */
function denialsOf(document: string): string {
  const { Statement } = JSON.parse(document) as { readonly Statement: readonly { readonly Effect: string; readonly Resource?: unknown; readonly Condition?: object }[] };
  const denials = Statement.filter(({ Effect, Resource, Condition }) => Effect === 'Deny' && Resource !== undefined && !/Not|Null/.test(Object.keys(Condition ?? {}).join()));
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, ...denials] });
}

test('a document that was rewritten stays as it is', () => {
  let rewritten = 0;
  fc.assert(fc.property(documents(...ALL_REGIONS), (document) => {
    const result = rewritePolicy(document, RELOCATION);
    if (!isAccepted(result)) return;
    rewritten += Number(result.is === 'rewritten');
    expect(rewritePolicy(result.document, RELOCATION)).toMatchObject({ is: 'verbatim', document: result.document });
  }), RUNS);
  expect(rewritten).toBeGreaterThan(50);
});

test('a document that speaks of no other Region comes back as it was, if it is rewritten there and back', () => {
  const back: Relocation = { ...RELOCATION, sourceRegion: DESTINATION, destinationRegion: SOURCE, domainNames: Object.fromEntries(Object.entries(DOMAIN_NAMES).map(([a, b]) => [b, a])) };
  let rewritten = 0;
  fc.assert(fc.property(documents(...OWN_REGIONS), (document) => {
    const result = rewritePolicy(document, RELOCATION);
    if (!isAccepted(result) || result.findings.includes('PARTIAL_WILDCARD')) return;
    rewritten += Number(result.is === 'rewritten');
    const returned = rewritePolicy(result.document, back);
    expect(isAccepted(returned) && isSameDocument(returned.document, document)).toBe(true);
  }), RUNS);
  expect(rewritten).toBeGreaterThan(50);
});
