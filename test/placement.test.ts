/** Where the construct can stand, and what its stacks take over from around them. */
import { readFileSync } from 'fs';
import { App, Aspects, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, LegacyStackSynthesizer, NestedStack, PermissionsBoundary, Stack, Stage, Tags } from 'aws-cdk-lib';
import { CfnGlobalTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnRole, ManagedPolicy, PermissionsBoundary as IamPermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AssetManifestArtifact } from 'aws-cdk-lib/cx-api';
import { IConstruct } from 'constructs';
import {
  ACCOUNT, DESTINATION, Json, OTHER, SOURCE, complaintsOf, createApp, createStack, destination, replicate, resourcesOf, source, sourceStack, stacksOf, synth,
  templatesOf, theResource,
} from './apps';
import { IotRegistryReplication } from '../src';

const FULL_ENV = { account: ACCOUNT, region: SOURCE };

function expectNoReferences(templates: Record<string, Json>): void {
  expect(JSON.stringify(templates)).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|ExportsReader|ExportsWriter|\$\{Token/);
}

describe('in a Stage', () => {
  test('stays within it, and is deployed with it', () => {
    const app = createApp();
    const stage = new Stage(app, 'Prod', { env: FULL_ENV });
    const replication = replicate({}, new Stack(stage, 'Main'));
    const assembly = synth(app);
    expect(stacksOf(assembly).map(({ stackName }) => stackName)).toEqual(['Prod-Main', `${replication.replicationName}-eu-west-1-from-us-east-1`]);
    expect(stacksOf(assembly)[1].hierarchicalId).toMatch(/^Prod\//);
    expect(complaintsOf(assembly)).toEqual([]);
    expectNoReferences(templatesOf(assembly));
  });

  test('two Stages of one account keep apart', () => {
    const app = createApp();
    const [blue, green] = ['Blue', 'Green'].map((id) => replicate({}, new Stack(new Stage(app, id, { env: FULL_ENV }), 'Main')));
    expect(blue.replicationName).not.toBe(green.replicationName);
    const names = stacksOf(synth(app)).map(({ stackName }) => stackName);
    expect(new Set(names).size).toBe(4);
  });
});

describe('in a nested stack', () => {
  const parent = createStack();
  const [first, second] = ['First', 'Second'].map((id) => new IotRegistryReplication(new NestedStack(new NestedStack(parent, id), 'Inner'), 'Replication', {
    destinationRegions: [DESTINATION],
  }));
  const assembly = synth(parent);

  test('has names that are known at synthesis and unique, though the nested stacks are not', () => {
    expect(first.replicationName).toMatch(/^Main-First-Inner-Replication-[0-9a-f]{8}$/);
    expect(second.replicationName).toMatch(/^Main-Second-Inner-Replication-[0-9a-f]{8}$/);
    expect(source(first).findResources('AWS::DynamoDB::GlobalTable')).toEqual({
      [Object.keys(source(first).findResources('AWS::DynamoDB::GlobalTable'))[0]]: expect.objectContaining({
        Properties: expect.objectContaining({ TableName: first.replicationName }),
      }),
    });
  });

  test('has its destinations beside the parent, and after it', () => {
    expect(stacksOf(assembly).map(({ stackName }) => stackName).sort()).toEqual([
      'Main', `${first.replicationName}-eu-west-1-from-us-east-1`, `${second.replicationName}-eu-west-1-from-us-east-1`,
    ].sort());
    const [there] = stacksOf(assembly).filter(({ stackName }) => stackName === `${first.replicationName}-eu-west-1-from-us-east-1`);
    expect(there.dependencies.map(({ id }) => id)).toContain('Main');
    expect(complaintsOf(assembly)).toEqual([]);
  });
});

describe('twice in one stack', () => {
  test('keeps apart, in names and in stacks', () => {
    const stack = createStack();
    const replications = ['One', 'Two'].map((id) => replicate({ namePrefixes: { things: [id] } }, stack, id));
    const assembly = synth(stack);
    expect(replications[0].replicationName).not.toBe(replications[1].replicationName);
    expect(stacksOf(assembly)).toHaveLength(3);
    expect(complaintsOf(assembly)).toEqual([]);
    expect(resourcesOf(templatesOf(assembly).Main, 'AWS::DynamoDB::GlobalTable').map(({ Properties }) => Properties.TableName))
      .toEqual(replications.map(({ replicationName }) => replicationName));
  });
});

describe('with an unknown account', () => {
  test('leaves it to the deployment', () => {
    const replication = replicate({}, createStack({ env: { region: SOURCE } }));
    const assembly = synth(Stack.of(replication));
    expect(stacksOf(assembly).map(({ environment }) => environment.name)).toEqual(['aws://unknown-account/us-east-1', 'aws://unknown-account/eu-west-1']);
    expect(complaintsOf(assembly)).toEqual([]);
    expectNoReferences(templatesOf(assembly));
  });
});

describe('in an environment-agnostic stack', () => {
  test('has a stack for the source too, and leaves nothing in the enclosing one', () => {
    const replication = replicate({ sourceRegion: SOURCE, replicationName: 'fleet' }, createStack({ env: {} }));
    const templates = templatesOf(synth(Stack.of(replication)));
    expect(Object.keys(templates).sort()).toEqual(['Main', 'fleet-eu-west-1-from-us-east-1', 'fleet-us-east-1']);
    expect(templates.Main.Resources).toBeUndefined();
    expect(resourcesOf(templates['fleet-us-east-1'], 'AWS::DynamoDB::GlobalTable')).toHaveLength(1);
    expect(replication.destination(DESTINATION).stack.dependencies).toEqual([sourceStack(replication)]);
  });
});

test('the enclosing stack that holds nothing says so, where CDK\'s own check of templates looks for it', () => {
  const acknowledged = ({ node }: Stack) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules').map(({ data }) => Object.keys(data as object));
  expect(acknowledged(Stack.of(replicate({ sourceRegion: SOURCE }, createStack({ env: {} }))))).toEqual([['CloudFormation-Validate::F0001']]);
  expect(acknowledged(Stack.of(replicate()))).toEqual([]);
});

describe('in a stack of the Region of a destination', () => {
  test('leaves nothing there: source and destination have stacks of their own', () => {
    const replication = replicate({ sourceRegion: SOURCE, replicationName: 'fleet' }, createStack({ env: { account: ACCOUNT, region: DESTINATION } }));
    const assembly = synth(Stack.of(replication));
    const templates = templatesOf(assembly);
    expect(Object.keys(templates).sort()).toEqual(['Main', 'fleet-eu-west-1-from-us-east-1', 'fleet-us-east-1']);
    expect(templates.Main.Resources).toBeUndefined();
    expect(complaintsOf(assembly)).toEqual([]);
  });
});

describe('in a stack with a name of its own', () => {
  test('dev and qa of one app, or of two syntheses, do not share a name', () => {
    const names = ['dev', 'qa'].map((stackName) => replicate({}, createStack({ stackName })).destination(DESTINATION).stack.stackName);
    expect(names[0]).toMatch(/^dev-Replication-[0-9a-f]{8}-eu-west-1-from-us-east-1$/);
    expect(names[1]).toMatch(/^qa-Replication-[0-9a-f]{8}-eu-west-1-from-us-east-1$/);
  });
});

describe('tags', () => {
  const replicaTags = (template: Json) => theResource(template, 'AWS::DynamoDB::GlobalTable').Properties.Replicas
    .map(({ Region, Tags: tags = [] }: Json) => [Region, Object.fromEntries(tags.map(({ Key, Value }: Json) => [Key, Value]))]);

  test('of the enclosing stack reach the other stacks', () => {
    const replication = replicate({}, createStack({ tags: { team: 'fleet' } }));
    expect(Object.fromEntries(stacksOf(synth(Stack.of(replication))).map(({ stackName, tags }) => [stackName, tags]))).toEqual({
      Main: { team: 'fleet' },
      [`${replication.replicationName}-eu-west-1-from-us-east-1`]: { team: 'fleet' },
    });
  });

  test.each([['in the enclosing stack', {}], ['in a stack of its own', { sourceRegion: 'us-west-2' }]])('reach every replica of the table %s, from a stack and from an aspect', (_, props) => {
    const stack = createStack({ tags: { team: 'fleet', cost: 'stack' } });
    const replication = replicate({ destinationRegions: [DESTINATION, OTHER], ...props }, stack);
    Tags.of(stack).add('late', 'yes');
    Tags.of(replication).add('cost', 'replication');
    const tags = { team: 'fleet', cost: 'replication', late: 'yes' };
    const template = templatesOf(synth(stack))[sourceStack(replication).stackName];
    expect(replicaTags(template)).toEqual([[DESTINATION, tags], [OTHER, tags], [replication.sourceRegion, tags]]);
  });

  test('of the stack around a nested one reach every replica', () => {
    const stack = createStack({ tags: { team: 'fleet' } });
    const replication = new IotRegistryReplication(new NestedStack(stack, 'Nested'), 'Replication', { destinationRegions: [DESTINATION] });
    expect(replicaTags(source(replication).toJSON())).toEqual([[DESTINATION, { team: 'fleet' }], [SOURCE, { team: 'fleet' }]]);
    expect(replication.destination(DESTINATION).stack.tags.tagValues()).toEqual({ team: 'fleet' });
  });

  describe.each<[string, (replication: IotRegistryReplication) => IConstruct]>([
    ['the app', (replication) => replication.node.root],
    ['the Stage', (replication) => Stage.of(replication)!],
    ['the stack', (replication) => Stack.of(replication)],
    ['the replication', (replication) => replication],
    ['the destination', (replication) => replication.destination(DESTINATION).stack],
  ])('of %s', (where, scopeOf) => {
    // CDK gives what a Stage holds no tags of the app around it.
    const replication = where === 'the app' ? replicate() : replicate({}, new Stack(new Stage(createApp(), 'Prod', { env: FULL_ENV }), 'Main'));
    Tags.of(scopeOf(replication)).add('team', 'fleet');
    const template = destination(replication).toJSON();

    test.each([
      'AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SQS::Queue',
      'AWS::StepFunctions::StateMachine',
    ])('reach every %s of a destination', (type) => {
      const resources = resourcesOf(template, type);
      expect(resources.length).toBeGreaterThan(0);
      for (const { Properties } of resources) expect(Properties.Tags).toContainEqual({ Key: 'team', Value: 'fleet' });
    });
  });
});

test('termination protection of the enclosing stack reaches the other stacks', () => {
  const protectedOnes = (terminationProtection: boolean) => stacksOf(synth(Stack.of(replicate({}, createStack({ terminationProtection })))))
    .map((each) => each.terminationProtection);
  expect(protectedOnes(true)).toEqual([true, true]);
  expect(protectedOnes(false)).not.toContain(true);
});

test('aspects reach every stack', () => {
  const stack = createStack();
  const replication = replicate({}, stack);
  Aspects.of(stack).add({ visit: (node: IConstruct) => { if (node instanceof CfnRole) node.path = '/fleet/'; } });
  for (const template of [source(replication), destination(replication)]) {
    for (const role of resourcesOf(template.toJSON(), 'AWS::IAM::Role')) expect(role.Properties.Path).toBe('/fleet/');
  }
});

describe('a permissions boundary reaches every role of every stack', () => {
  const boundary = PermissionsBoundary.fromName('boundary');
  const policyOf = (scope: IConstruct) => ManagedPolicy.fromManagedPolicyName(Stack.of(scope), 'Boundary', 'boundary');

  test.each<[string, () => IotRegistryReplication]>([
    ['of the stack', () => replicate({}, createStack({ permissionsBoundary: boundary }))],
    ['of the stack around a nested one', () => new IotRegistryReplication(
      new NestedStack(createStack({ permissionsBoundary: boundary }), 'Nested'), 'Replication', { destinationRegions: [DESTINATION] },
    )],
    ['of the Stage', () => replicate({}, new Stack(new Stage(createApp(), 'Prod', { env: FULL_ENV, permissionsBoundary: boundary }), 'Main'))],
    ['of an environment-agnostic stack', () => replicate({ sourceRegion: SOURCE }, createStack({ env: {}, permissionsBoundary: boundary }))],
    ['that an aspect gives the app', () => {
      const replication = replicate();
      IamPermissionsBoundary.of(replication.node.root).apply(policyOf(replication));
      return replication;
    }],
    ['that an aspect gives the replication', () => {
      const replication = replicate();
      IamPermissionsBoundary.of(replication).apply(policyOf(replication));
      return replication;
    }],
    ['that is made in the app, with a name', () => {
      const stack = createStack();
      const replication = replicate({}, stack);
      const statements = [new PolicyStatement({ actions: ['iot:*'], resources: ['*'] })];
      IamPermissionsBoundary.of(replication).apply(new ManagedPolicy(stack, 'Boundary', { managedPolicyName: 'boundary', statements }));
      return replication;
    }],
  ])('%s', (_, create) => {
    const replication = create();
    synth(replication.node.root as App);
    for (const [template, least] of [[source(replication).toJSON(), 12], [destination(replication).toJSON(), 12]] as const) {
      const roles = resourcesOf(template, 'AWS::IAM::Role');
      expect(roles.length).toBeGreaterThanOrEqual(least);
      for (const { Properties } of roles) expect(JSON.stringify(Properties.PermissionsBoundary)).toMatch(/policy\/boundary"|"Boundary[0-9A-F]{8}"/);
    }
    // What is made in one Region is named in another, not referred to.
    expect(JSON.stringify(destination(replication).toJSON())).not.toMatch(/Fn::ImportValue|"Boundary[0-9A-F]{8}"/);
  });

  test('and is that of its Region where its name says so', () => {
    const replication = replicate({}, createStack({ permissionsBoundary: PermissionsBoundary.fromName('boundary-${AWS::Region}') }));
    const boundaries = resourcesOf(destination(replication).toJSON(), 'AWS::IAM::Role').map(({ Properties }) => JSON.stringify(Properties.PermissionsBoundary));
    expect(new Set(boundaries)).toEqual(new Set([expect.stringContaining(`boundary-${DESTINATION}`)]));
  });
});

describe('synthesizer', () => {
  const bucketOf = (replication: IotRegistryReplication) => JSON.stringify(destination(replication).toJSON()).match(/cdk-(\w+)-assets/)?.[1];
  const own = () => new DefaultStackSynthesizer({ qualifier: 'own' });

  test('is CDK\'s default if none is given', () => {
    const replication = replicate();
    expect(bucketOf(replication)).toBe('hnb659fds');
  });

  test('is the app\'s', () => {
    expect(bucketOf(replicate({}, createStack({}, createApp({ defaultStackSynthesizer: own() }))))).toBe('own');
  });

  test('is the one that the enclosing stack was given', () => {
    expect(bucketOf(replicate({}, createStack({ synthesizer: own() })))).toBe('own');
  });

  test('is the one that the stack around a nested one was given', () => {
    const stack = new NestedStack(createStack({ synthesizer: own() }), 'Nested');
    expect(bucketOf(new IotRegistryReplication(stack, 'Replication', { destinationRegions: [DESTINATION] }))).toBe('own');
  });

  test('is the prop\'s before all others', () => {
    const stackSynthesizer = new CliCredentialsStackSynthesizer({ qualifier: 'prop' });
    const replication = replicate({ stackSynthesizer }, createStack({ synthesizer: own() }));
    expect(bucketOf(replication)).toBe('prop');
    expect(replication.destination(DESTINATION).stack.synthesizer).toBeInstanceOf(CliCredentialsStackSynthesizer);
  });

  test('of another kind is passed on too', () => {
    const replication = replicate({}, createStack({ synthesizer: new CliCredentialsStackSynthesizer({ qualifier: 'cli' }) }));
    expect(replication.destination(DESTINATION).stack.synthesizer).toBeInstanceOf(CliCredentialsStackSynthesizer);
  });

  test('that can\'t be used again is left where it is', () => {
    class Once extends LegacyStackSynthesizer {
      public reusableBind(stack: Stack) {
        const bound = new Once();
        bound.bind(stack);
        return bound;
      }
    }
    const replication = replicate({}, createStack({ synthesizer: new Once() }));
    expect(replication.destination(DESTINATION).stack.synthesizer).toBeInstanceOf(DefaultStackSynthesizer);
  });

  test('left to CDK, lists no assets of the source for a destination, so that it can be deployed while the source is down', () => {
    const replication = replicate();
    const there = stacksOf(synth(Stack.of(replication))).find(({ environment }) => environment.region === DESTINATION)!;
    const manifests = there.dependencies.filter((each) => each instanceof AssetManifestArtifact && each.id.startsWith(there.id));
    expect(manifests).toHaveLength(1);
    const { files } = JSON.parse(readFileSync((manifests[0] as AssetManifestArtifact).file, 'utf8')) as Json;
    const regions = (Object.values(files) as Json[]).flatMap(({ destinations }) => (Object.values(destinations) as Json[]).map(({ region }) => region));
    expect([...new Set(regions)]).toEqual([DESTINATION]);
  });
});

test('the name of the table is free again when the first deployment fails, and the table stays when the stack goes', () => {
  const table = theResource(source(replicate()).toJSON(), 'AWS::DynamoDB::GlobalTable');
  expect(table).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
});

test('the resource behind an attribute is reachable by its construct', () => {
  const replication = replicate();
  const table = replication.node.findChild('Table').node.findChild('Table').node.defaultChild;
  expect(table).toBeInstanceOf(CfnGlobalTable);
});
