/** The option `identities`: what is refused, and what exists with it, and without it not. */
import { Duration, Lazy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CertificateSelection, IdentityReplicationOptions, IotRegistryReplicationProps, RegistryKind } from '../../src';
import { MAX_PREFIXES } from '../../src/settings/prefixes';
import { allowedBy, createStack, DESTINATION, destination, Json, OTHER, replicate, resourcesOf, schedulesAbout, SOURCE, source } from '../apps';

const SHAPE = /^[a-z][A-Za-z '.-]+: got .+, expected .+; .+[^.]$/;

function failing(props: Partial<IotRegistryReplicationProps>): string {
  try {
    replicate(props);
  } catch (error) {
    return (error as Error).message;
  }
  return 'did not fail';
}

const identities = (options: IdentityReplicationOptions) => ({ identities: options });

const patternRefused = (pattern: string) => `identities.domainNames: got '${pattern}' for '${DESTINATION}', expected a domain name such as 'devices.example.com', without wildcards, known at synthesis; `
  + 'write each domain name: a pattern could allow more in the destination than in the source';

/** The longest domain name. */
const longName = (letter: string) => Array.from({ length: 4 }, () => letter.repeat(63)).join('.').slice(0, 253);

test.each<[string, Partial<IotRegistryReplicationProps>, string]>([
  ['prefixes of policies without identities', { namePrefixes: { policies: ['lamp-'] } },
    "namePrefixes.policies: got ['lamp-'], expected none without `identities`; pass `identities` too, or leave it out"],
  ['a prefix of a policy with a colon', { identities: {}, namePrefixes: { policies: ['a:b'] } },
    "namePrefixes.policies: got 'a:b', expected 1 to 128 letters, digits and _ + = , . @ -, known at synthesis; write the beginning of the names, without a wildcard"],
  ['too many of them', { identities: {}, namePrefixes: { policies: Array.from({ length: 13 }, (_, i) => `p${i}`) } },
    'namePrefixes.policies: got 13 prefixes, expected at most 12; choose shorter ones that cover several, or use a `router`: the environment of the replicator contains each prefix'],
  ['a schedule that is not one', identities({ sweepSchedule: ScheduleExpression.expression('daily') }),
    "identities.sweepSchedule: got 'daily', expected 'rate(…)' or 'cron(…)'; write `ScheduleExpression.rate(…)` or `ScheduleExpression.cron(…)`"],
  ['a schedule of drift checks that runs once', identities({ driftSchedule: ScheduleExpression.at(new Date('2030-01-01T00:00:00Z')) }),
    "identities.driftSchedule: got 'at(2030-01-01T00:00:00)', expected a schedule that recurs; write `ScheduleExpression.rate(…)` or `ScheduleExpression.cron(…)`: a single run is started by hand"],
  ...(['sweepSchedule', 'driftSchedule'] as const).map((schedule): [string, Partial<IotRegistryReplicationProps>, string] => [
    `a year in ${schedule}`, identities({ [schedule]: ScheduleExpression.cron({ minute: '0', hour: '3', day: '1', month: '1', year: '2027' }) }),
    `identities.${schedule}: got 'cron(0 3 1 1 ? 2027)', expected a schedule that recurs without end, with '*' for the year; write 'cron(0 3 1 1 ? *)': a single run is started by hand`,
  ]),
  ['an interval of two hours', identities({ certificateCheckInterval: Duration.hours(2) }),
    'identities.certificateCheckInterval: got 2 hours, expected whole minutes, 1 to 60, known at synthesis; write `Duration.minutes(15)`, or leave it out for that'],
  ['an interval of seconds', identities({ certificateCheckInterval: Duration.seconds(30) }),
    'identities.certificateCheckInterval: got 30 seconds, expected whole minutes, 1 to 60, known at synthesis; write `Duration.minutes(15)`, or leave it out for that'],
  ['half a deactivation', identities({ maxDeactivationsPerSweep: 0.5 }),
    'identities.maxDeactivationsPerSweep: got 0.5, expected a whole number, at least 0, known at synthesis; write a number of certificates, or leave it out for the default'],
  ['domain names of a Region that is no destination', identities({ domainNames: { [OTHER]: { 'a.example.com': 'b.example.com' } } }),
    `identities.domainNames: got '${OTHER}', expected some of the destinations ['${DESTINATION}']; check the spelling, or leave it out`],
  ['one domain name for two', identities({ domainNames: { [DESTINATION]: { 'a.example.com': 'c.example.com', 'b.example.com': 'c.example.com' } } }),
    `identities.domainNames: got 'c.example.com' for two domain names in '${DESTINATION}', expected another one for each; a policy that names only one of them would allow more in the destination`],
  ['domain names without a Region', identities({ domainNames: { 'a.example.com': 'b.example.com' } as never }),
    "identities.domainNames: got 'b.example.com' for 'a.example.com', expected a domain name for each domain name of the source, by destination; write `{ 'eu-west-1': { 'devices.example.com': 'devices.eu.example.com' } }`"],
  ['one domain name for two in another case', identities({ domainNames: { [DESTINATION]: { 'a.example.com': 'C.example.com', 'b.example.com': 'c.example.com' } } }),
    `identities.domainNames: got 'c.example.com' for two domain names in '${DESTINATION}', expected another one for each; a policy that names only one of them would allow more in the destination`],
  ['two for one domain name in another case', identities({ domainNames: { [DESTINATION]: { 'a.example.com': 'b.example.com', 'A.example.com': 'c.example.com' } } }),
    `identities.domainNames: got 'A.example.com' twice for '${DESTINATION}', expected each domain name of the source once, in whatever case; write it as the policies contain it`],
  ...['*', '*.eu.example.com', 'device?.example.com'].flatMap((pattern): [string, Partial<IotRegistryReplicationProps>, string][] => [
    [`the pattern ${pattern} for a domain name`, identities({ domainNames: { [DESTINATION]: { 'devices.example.com': pattern } } }), patternRefused(pattern)],
    [`a domain name for the pattern ${pattern}`, identities({ domainNames: { [DESTINATION]: { [pattern]: 'devices.example.com' } } }), patternRefused(pattern)],
  ]),
  ...['a.example.com/x', 'https://a.example.com', 'a.example.com.', 'a.example.com:8883', 'example', '-a.example.com', 'a..com', `${'a'.repeat(64)}.com`].map((name): [string, Partial<IotRegistryReplicationProps>, string] => [
    `the domain name ${name}`, identities({ domainNames: { [DESTINATION]: { [name]: 'b.example.com' } } }),
    `identities.domainNames: got '${name}' for '${DESTINATION}', expected a domain name such as 'devices.example.com', without wildcards, known at synthesis; leave out a scheme, a port, a path and a dot at the end`,
  ]),
  ...[true, false, 'yes'].map((given): [string, Partial<IotRegistryReplicationProps>, string] => [
    `${typeof given} ${given} for the options`, { identities: given as never },
    `identities: got ${typeof given === 'string' ? `'${given}'` : given}, expected an object, a \`IdentityReplicationOptions\`; write \`{}\` for the defaults, or leave it out to replicate none`,
  ]),
  ['a token for the options', { identities: Lazy.any({ produce: () => ({}) }) as never },
    'identities: got a token, expected an object, a `IdentityReplicationOptions`, known at synthesis; write `{}` for the defaults, or leave it out to replicate none'],
  ['no prefixes of policies', { identities: {}, namePrefixes: { policies: [] } },
    'namePrefixes.policies: got [], expected at least one prefix; leave it out to replicate all policies'],
  ['more domain names than an environment holds', identities({ domainNames: { [DESTINATION]: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`source-${i}.example.com`, `destination-${i}.example.com`])) } }),
    `identities.domainNames: got 1571 characters for '${DESTINATION}', expected at most 1024 as JSON; leave out those that no policy names: the environment of the replicator contains them`],
  ['certificates that do not exist', identities({ certificates: 'SOME' as never }),
    "identities.certificates: got 'SOME', expected a member of `CertificateSelection`; write `CertificateSelection.ALL` or another one"],
  ['certificates of things that are not replicated', { ...identities({ certificates: CertificateSelection.OF_REPLICATED_THINGS }), kinds: [RegistryKind.THING_GROUP] },
    "identities.certificates: got 'OF_REPLICATED_THINGS', expected that things are replicated; add `RegistryKind.THING` to `kinds`, or write `CertificateSelection.ALL`"],
  ['a text for CA certificates', identities({ caCertificates: 'true' as never }),
    "identities.caCertificates: got 'true', expected true or false, known at synthesis; write one of them, or leave it out for the default"],
  ['a misspelt option', identities({ adoptPolicy: true } as never),
    "identities.adoptPolicy: got true, expected a property of `IdentityReplicationOptions`, the nearest of which is 'adoptPolicies'; correct it or leave it out; if a newer version of the library has it, upgrade to it"],
])('fails with %s', (_, props, message) => {
  expect(failing(props)).toBe(message);
  expect(message).toMatch(SHAPE);
});

/** Calls of AWS IoT about identities. */
const CALLS = /Certificate|Policy|Policies|Principal|TagResource|TagsForResource|RegistrationCode/;

/** A thing can be deleted once its principals are detached, whoever attached them. */
const OF_DELETIONS = ['iot:DetachThingPrincipal', 'iot:ListThingPrincipals'];

function callsOf(template: Json): string[] {
  const actions = allowedBy(template).flatMap(({ Action }) => Action);
  return [...new Set(actions.filter((action) => action.startsWith('iot:') && CALLS.test(action)))].sort();
}

/** A template without the filter of the stream, which names all records, and those of no template otherwise. */
function withoutFilter(template: Json): Json {
  const filter = /"FilterCriteria":\{"Filters":\[\{"Pattern":"(?:[^"\\]|\\.)*"\}\]\}/;
  return JSON.parse(JSON.stringify(template), (_, value: unknown) => (typeof value === 'string' ? value.replace(filter, '') : value)) as Json;
}

describe('without it', () => {
  const replication = replicate();

  test('no role may call anything about certificates, policies and attachments, but for the deletion of things', () => {
    expect(callsOf(source(replication).toJSON())).toEqual([]);
    expect(callsOf(destination(replication).toJSON())).toEqual(OF_DELETIONS);
  });

  test('there are no sweeps and no checks of them', () => {
    expect(replication.destination(DESTINATION).identityDriftWorkflow).toBeUndefined();
    expect(replication.identitySweepWorkflow).toBeUndefined();
    expect(replication.identityReportsBucket).toBeUndefined();
    expect(replication.certificateCheckWorkflow).toBeUndefined();
    const templates = [source(replication).toJSON(), withoutFilter(destination(replication).toJSON())];
    expect(JSON.stringify(templates)).not.toMatch(/identity-|IDENTITY_|IDENTITIES|certificate-check|CERTIFICATE_CHECK|[Hh]ints?\b/);
  });
});

describe('with CA certificates', () => {
  const replication = replicate({ replicationName: 'fleet', identities: { caCertificates: true } });
  const without = replicate({ replicationName: 'fleet', identities: { caCertificates: false } });
  const templates = (of: typeof replication) => ({ source: source(of).toJSON(), destination: destination(of).toJSON() });
  const statementsOn = (template: Json, call: string) => allowedBy(template).filter(({ Action }) => Action.includes(`iot:${call}`)).map(({ Resource }) => Resource);

  test('the source may list and read them, a destination may write them too, and nothing else may', () => {
    const added = (place: 'source' | 'destination') => {
      const before = callsOf(templates(without)[place]);
      return callsOf(templates(replication)[place]).filter((each) => !before.includes(each));
    };
    expect(added('source')).toEqual(['iot:DescribeCACertificate', 'iot:ListCACertificates']);
    expect(statementsOn(templates(replication).source, 'ListCACertificates')).toEqual([['*']]);
    expect(statementsOn(templates(replication).source, 'DescribeCACertificate')).toEqual(Array(2).fill([`arn:aws:iot:${SOURCE}:111122223333:cacert/*`]));
    expect(added('destination')).toEqual(['iot:DeleteCACertificate', 'iot:DescribeCACertificate', 'iot:ListCACertificates', 'iot:RegisterCACertificate', 'iot:UpdateCACertificate']);
    expect(statementsOn(templates(replication).destination, 'DeleteCACertificate')).toEqual(Array(2).fill([`arn:aws:iot:${DESTINATION}:111122223333:cacert/*`]));
  });

  test('without them, no template mentions any, and they are those of identities alone', () => {
    expect(JSON.stringify(templates(without))).not.toMatch(/CACertificate|cacert|ca-certificates|CA certificates/);
    expect(templates(without)).toEqual(templates(replicate({ replicationName: 'fleet', identities: {} })));
  });

  test('one sweep and one check compare them beside the rest, and no certificate check does', () => {
    const named = (template: Json, name: string) => JSON.stringify(resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === name));
    expect(named(templates(replication).source, 'fleet-identity-sweep')).toContain('List CA certificates');
    expect(named(templates(replication).destination, 'fleet-identity-drift')).toContain('List CA certificates');
    expect(named(templates(replication).source, 'fleet-sweep')).not.toContain('CA certificates');
    expect(resourcesOf(templates(replication).source, 'AWS::StepFunctions::StateMachine')).toHaveLength(resourcesOf(templates(without).source, 'AWS::StepFunctions::StateMachine').length);
  });

  test('nothing but the filter of the stream names their records where they are not replicated', () => {
    const names = (template: Json) => JSON.stringify(template).match(/\\+"ca\\+"/g);
    expect(names(templates(without).destination)).not.toBeNull();
    expect(names(withoutFilter(templates(without).destination))).toBeNull();
    expect(names(templates(without).source)).toBeNull();
  });
});

describe('with certificates of replicated things', () => {
  const of = (certificates?: CertificateSelection) => {
    const replication = replicate({ replicationName: 'fleet', identities: { certificates } });
    return { source: source(replication).toJSON(), destination: destination(replication).toJSON() };
  };
  const [all, ofThings] = [of(CertificateSelection.ALL), of(CertificateSelection.OF_REPLICATED_THINGS)];

  test('by default, all are replicated', () => {
    expect(of()).toEqual(all);
  });

  test('no role may do more, or less', () => {
    expect(allowedBy(ofThings.source)).toEqual(allowedBy(all.source));
    expect(allowedBy(ofThings.destination)).toEqual(allowedBy(all.destination));
  });

  test('sweeps, checks and hints know it, and everything is compared again after the change', () => {
    const restricted = (template: Json) => resourcesOf(template, 'AWS::StepFunctions::StateMachine')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('onlyReferred')).map(({ Properties }) => Properties.StateMachineName as string).sort();
    expect(restricted(ofThings.source)).toEqual(['fleet-certificate-check', 'fleet-identity-sweep']);
    expect([...restricted(all.source), ...restricted(all.destination)]).toEqual([]);
    const informed = (template: Json) => resourcesOf(template, 'AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.Environment?.Variables.ONLY_REFERRED_KINDS === 'certificate').map(({ Properties }) => Properties.FunctionName as string);
    expect(informed(ofThings.source).sort()).toEqual(['fleet-certificate-check', 'fleet-hints']);
    expect(informed(all.source)).toEqual([]);
    const occasions = (template: Json) => resourcesOf(template, 'Custom::FirstRun').map(({ Properties }) => Properties.Occasion as string);
    for (const place of ['source', 'destination'] as const) {
      expect(occasions(ofThings[place]).filter((each) => !occasions(all[place]).includes(each))).toHaveLength(1);
    }
  });
});

describe('with it', () => {
  const replication = replicate({
    replicationName: 'fleet',
    destinationRegions: [DESTINATION, OTHER],
    namePrefixes: { policies: ['lamp-'] },
    identities: { adoptPolicies: true, sweepSchedule: ScheduleExpression.expression('rate(12 hours)'), domainNames: { [DESTINATION]: { 'a.example.com': 'b.example.com' } } },
  });
  const templates = { source: source(replication).toJSON(), destination: destination(replication).toJSON() };

  test('the source is only read', () => {
    expect(callsOf(templates.source)).toEqual([
      'iot:DescribeCertificate', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListCertificates', 'iot:ListPolicies', 'iot:ListTargetsForPolicy', 'iot:ListThingPrincipals',
      'iot:ListThingPrincipalsV2',
    ]);
  });

  test('what changes how records are applied has them compared again, and only them', () => {
    const occasions = (options: IdentityReplicationOptions) => resourcesOf(destination(replicate({ replicationName: 'fleet', identities: options })).toJSON(), 'Custom::FirstRun')
      .map(({ Properties }) => Properties.Occasion as string);
    const before = occasions({});
    expect(occasions({})).toEqual(before);
    for (const options of [{ adoptPolicies: true }, { domainNames: { [DESTINATION]: { 'a.example.com': 'b.example.com' } } }]) {
      expect(occasions(options).filter((occasion) => !before.includes(occasion))).toHaveLength(1);
    }
    expect(occasions({ sweepSchedule: ScheduleExpression.rate(Duration.days(2)) })).toEqual(before);
  });

  test('each function that writes the status knows when they are to be read, and without identities none does', () => {
    const known = (template: Json) => resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Environment?.Variables ?? {})
      .filter((variables) => 'SWEEP_PROOF_DAYS' in variables)
      .map((variables) => [variables.IDENTITY_SWEEP_PROOF_DAYS, variables.IDENTITY_DRIFT_PROOF_DAYS, variables.IDENTITY_SWEEP_INTERVAL_SECONDS, variables.CERTIFICATE_CHECK_MINUTES]);
    expect(known(templates.destination)).toEqual(Array.from({ length: 3 }, () => ['2', '15', '43200', '15']));
    expect(known(destination(replicate()).toJSON())).toEqual(Array.from({ length: 3 }, () => Array(4).fill(undefined)));
    expect(known(destination(replicate({ sweepEnabled: false, identities: {} })).toJSON())[0]).toEqual(['3', '15', undefined, undefined]);
  });

  test('only selected policies may be written in a destination', () => {
    const of = (action: string) => allowedBy(templates.destination).filter(({ Action }) => Action.includes(action)).map(({ Resource }) => Resource);
    expect(of('iot:CreatePolicyVersion')).toEqual([[`arn:aws:iot:${DESTINATION}:111122223333:policy/lamp-*`], [`arn:aws:iot:${DESTINATION}:111122223333:policy/lamp-*`]]);
  });

  test('a workflow of its own sweeps on its schedule, and reports into its own bucket', () => {
    expect(schedulesAbout(templates.source, 'certificates and policies').map(({ Properties }) => Properties.ScheduleExpression)).toEqual(['rate(12 hours)']);
    Template.fromJSON(templates.source).hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'fleet-identity-sweep' });
    expect(replication.identitySweepWorkflow!.stateMachineArn).toContain('stateMachine:fleet-identity-sweep');
    expect(replication.identityReportsBucket!.bucketName).not.toBe(replication.sweepReportsBucket.bucketName);
    const sweep = JSON.stringify(resourcesOf(templates.source, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === 'fleet-identity-sweep'));
    expect(sweep).toContain('List certificates');
    expect(sweep).not.toContain('Deprecate');
  });

  test('another workflow checks certificates, by default every 15 minutes', () => {
    const named = (type: string, property: string, options = {}) => resourcesOf(source(replicate({ replicationName: 'fleet', identities: options })).toJSON(), type)
      .find(({ Properties }) => Properties[property] === 'fleet-certificate-check')!.Properties;
    expect(schedulesAbout(templates.source, 'Checks certificates').map(({ Properties }) => Properties.ScheduleExpression)).toEqual(['rate(15 minutes)']);
    expect(replication.certificateCheckWorkflow!.stateMachineArn).toContain('stateMachine:fleet-certificate-check');
    expect(JSON.stringify(named('AWS::StepFunctions::StateMachine', 'StateMachineName'))).toContain('Check certificates');
    const options = { certificateCheckInterval: Duration.minutes(5), maxDeactivationsPerSweep: 7 };
    expect(named('AWS::Lambda::Function', 'FunctionName', options).Environment.Variables).toMatchObject({ CERTIFICATE_CHECK_INTERVAL_SECONDS: '300', MAX_DEACTIVATIONS_PER_SWEEP: '7' });
    const limited = resourcesOf(source(replicate({ replicationName: 'fleet', identities: options })).toJSON(), 'AWS::Lambda::Function');
    expect(limited.filter(({ Properties }) => Properties.Environment?.Variables.MAX_DEACTIVATIONS_PER_SWEEP === '7').map(({ Properties }) => Properties.FunctionName).sort()).toEqual([
      'fleet-certificate-check', 'fleet-identity-sweep',
    ]);
  });

  test('a scheduled check that Lambda could not begin is dropped when the next one is due, and none is repeated beside the next one', () => {
    const template = source(replicate({ replicationName: 'fleet', identities: { certificateCheckInterval: Duration.minutes(5) } })).toJSON();
    const [config, ...others] = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
    expect(config.Properties).toMatchObject({ MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 0, Qualifier: '$LATEST' });
    expect(JSON.stringify(config.Properties.FunctionName)).toContain('CertificateCheckFunction');
    expect(others).toEqual([]);
  });

  describe('hints', () => {
    const sourceOf = (options: IdentityReplicationOptions, props: Partial<IotRegistryReplicationProps> = {}) => (
      source(replicate({ replicationName: 'fleet', identities: options, ...props })).toJSON()
    );
    const hintRules = (template: Json) => resourcesOf(template, 'AWS::IoT::TopicRule').filter(({ Properties }) => Properties.TopicRulePayload.Description.startsWith('Sends hints'));

    const callRules = (template: Json) => Object.fromEntries(resourcesOf(template, 'AWS::Events::Rule').map(({ Properties }) => (
      [template.Resources[Properties.Targets[0].Arn['Fn::GetAtt'][0]].Properties.QueueName as string, Properties.EventPattern.detail as Json]
    )));

    test('come from events of things and of certificates that devices have registered, into a queue that two readers read', () => {
      expect(hintRules(templates.source).map(({ Properties }) => Properties.TopicRulePayload.Sql).sort()).toEqual([
        "SELECT certificateId FROM '$aws/events/certificates/registered/+'",
        "SELECT eventType, operation, thingName FROM '$aws/events/thing/+/+' WHERE eventType = 'THING_EVENT' AND operation <> 'DELETED'",
      ]);
      Template.fromJSON(templates.source).hasResourceProperties('AWS::SQS::Queue', { QueueName: 'fleet-hints', MessageRetentionPeriod: 1800, VisibilityTimeout: 720 });
      Template.fromJSON(templates.source).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 },
      });
    });

    test('come from calls that CloudTrail has recorded, those that can shut devices out in a queue of their own', () => {
      const calls = callRules(templates.source);
      const urgent = [
        'UpdateCertificate', 'TransferCertificate', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DetachPolicy', 'DetachPrincipalPolicy', 'DetachThingPrincipal',
      ];
      expect(calls['fleet-urgent-hints']).toMatchObject({ eventName: urgent, requestParameters: { newStatus: [{ exists: false }, { 'anything-but': ['ACTIVE'] }] } });
      expect(calls['fleet-hints'].$or).toEqual([
        { eventName: expect.arrayContaining(['RegisterCertificate', 'AttachPolicy', 'AttachThingPrincipal']) },
        { eventName: urgent, requestParameters: { newStatus: ['ACTIVE'] } },
      ]);
      const reader = { FunctionName: { Ref: expect.stringContaining('HintsFunction') } };
      const mappings = resourcesOf(templates.source, 'AWS::Lambda::EventSourceMapping');
      expect(mappings).toHaveLength(2);
      for (const { Properties } of mappings) expect(Properties).toMatchObject({ ...reader, BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } });
    });

    test('come from no calls if that is switched off: there is no rule and no queue for them', () => {
      const template = sourceOf({ cloudTrailHints: false });
      expect(callRules(template)).toEqual({});
      expect(JSON.stringify(template)).not.toContain('urgent-hints');
      expect(resourcesOf(template, 'AWS::Lambda::EventSourceMapping')).toHaveLength(1);
    });

    test('come from calls about CA certificates where these are replicated', () => {
      expect(JSON.stringify(callRules(templates.source))).not.toContain('CACertificate');
      const calls = callRules(sourceOf({ caCertificates: true }));
      expect(calls['fleet-urgent-hints'].eventName).toContain('UpdateCACertificate');
      expect(calls['fleet-hints'].$or[0].eventName).toContain('RegisterCACertificate');
    });

    test('come from no call that has failed, nor from one of another account or Region that its bus receives', () => {
      const rules = resourcesOf(templates.source, 'AWS::Events::Rule');
      expect(rules).toHaveLength(2);
      for (const rule of rules) {
        expect(rule.Properties.EventPattern).toMatchObject({
          'source': ['aws.iot'],
          'detail-type': ['AWS API Call via CloudTrail'],
          'account': ['111122223333'],
          'region': ['us-east-1'],
          'detail': { eventSource: ['iot.amazonaws.com'], errorCode: [{ exists: false }] },
        });
      }
    });

    test('have policies read within the prefixes only', () => {
      const known = (template: Json) => resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'fleet-hints')!.Properties.Environment.Variables.POLICY_PREFIXES;
      expect([known(templates.source), known(sourceOf({}))]).toEqual(['["lamp-"]', undefined]);
    });

    test('come from no things where things are not replicated', () => {
      expect(hintRules(sourceOf({}, { kinds: [RegistryKind.THING_GROUP] }))).toHaveLength(1);
    });

    test('let their reader read what they name, and list, delete and write nothing', () => {
      const policies = resourcesOf(templates.source, 'AWS::IAM::Policy').filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('HintsIdentity'));
      const actions = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement.flatMap(({ Action }: Json) => Action)) as string[];
      expect(actions.filter((each) => each.startsWith('iot:')).sort()).toEqual([
        'iot:DescribeCertificate', 'iot:DescribeThing', 'iot:DescribeThingGroup', 'iot:GetPolicy', 'iot:ListAttachedPolicies', 'iot:ListThingPrincipals', 'iot:ListThingPrincipalsV2',
      ]);
      expect(actions.filter((each) => /^(dynamodb|s3|states):/.test(each)).sort()).toEqual(['dynamodb:BatchGetItem', 's3:PutObject', 'states:StartSyncExecution']);
    });

    test('can be sent by EventBridge to a queue that is encrypted with a key of the customer', () => {
      const stack = createStack();
      const encryption = TableEncryptionV2.customerManagedKey(new Key(stack, 'Key'), { [DESTINATION]: `arn:aws:kms:${DESTINATION}:111122223333:key/1` });
      const template = source(replicate({ identities: {}, encryption }, stack)).toJSON();
      const [key] = resourcesOf(template, 'AWS::KMS::Key');
      // AWS documents it without a condition.
      expect(key.Properties.KeyPolicy.Statement).toContainEqual({
        Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*',
      });
    });
  });

  test('nothing runs by itself where sweeps do not', () => {
    const template = source(replicate({ replicationName: 'fleet', identities: {}, sweepEnabled: false })).toJSON();
    expect(schedulesAbout(template, 'ertificates')).toEqual([]);
  });

  test('the consumers, and the checks, know where they are, whose policies are theirs, and what stands for the domain names of the source', () => {
    const environments = resourcesOf(templates.destination, 'AWS::Lambda::Function').flatMap(({ Properties }) => Properties.Environment?.Variables.IDENTITIES ?? []);
    expect(environments.map((each) => JSON.parse(each))).toEqual(Array(3).fill({
      features: ['identities'],
      arnPrefix: `arn:aws:iot:${DESTINATION}:111122223333:`,
      relocation: { partition: 'aws', sourceRegion: 'us-east-1', destinationRegion: DESTINATION, domainNames: { 'a.example.com': 'b.example.com' } },
      adoptsPolicies: true,
      policyPrefixes: ['lamp-'],
    }));
  });

  test('none of it changes with the name of the replication, so policies stay its own', () => {
    const of = (replicationName: string) => JSON.parse(resourcesOf(destination(replicate({ replicationName, identities: {} })).toJSON(), 'AWS::Lambda::Function')
      .flatMap(({ Properties }) => Properties.Environment?.Variables.IDENTITIES ?? [])[0]);
    expect(of('devices')).toEqual(of('fleet'));
  });

  test('each destination has checks of its own, which read only, each week or on a schedule of their own', () => {
    const scheduled = (template: Json) => schedulesAbout(template, 'certificates and policies').map(({ Properties }) => Properties.ScheduleExpression);
    expect(scheduled(templates.destination)).toEqual(['rate(7 days)']);
    const driftSchedule = ScheduleExpression.rate(Duration.hours(6));
    expect(scheduled(destination(replicate({ driftSchedule, identities: {} })).toJSON())).toEqual(['rate(7 days)']);
    expect(scheduled(destination(replicate({ identities: { driftSchedule } })).toJSON())).toEqual(['rate(6 hours)']);
    const { identityDriftWorkflow, identityReportsBucket, driftReportsBucket } = replication.destination(DESTINATION);
    expect(identityDriftWorkflow!.stateMachineArn).toContain('stateMachine:fleet-identity-drift');
    expect(identityReportsBucket!.bucketName).not.toBe(driftReportsBucket.bucketName);
    const watch = resourcesOf(templates.destination, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'fleet-status')!;
    expect(watch.Properties.Environment.Variables.IDENTITY_DRIFT_WORKFLOW_ARN).toContain('stateMachine:fleet-identity-drift');
  });

  test('with the longest lists, the environment of a function has room', () => {
    const prefixes = Array.from({ length: MAX_PREFIXES }, (_, i) => `${i}`.padStart(128, 'x'));
    const longest = replicate({
      replicationName: 'f'.repeat(40),
      tableName: 't'.repeat(255),
      namePrefixes: { things: prefixes, thingGroups: prefixes, thingTypes: prefixes, policies: prefixes.slice(0, 12) },
      identities: { domainNames: { [DESTINATION]: { [longName('a')]: longName('b'), [longName('c')]: longName('d').slice(13) } } },
    });
    const functions = [destination(longest), source(longest)].flatMap((each) => resourcesOf(each.toJSON(), 'AWS::Lambda::Function'));
    const sizes = functions.map(({ Properties }) => JSON.stringify(Properties.Environment?.Variables ?? {}).length);
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    expect(Math.max(...sizes)).toBeLessThan(4096);
  });
});
