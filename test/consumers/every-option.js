/**
 * An app with every option and in every place, as a user of the package writes it. Run with `FLAGS`, which says whether it has the feature flags that
 * `cdk init` of this aws-cdk-lib writes, and `RESULT`, the file that gets what CDK says and what is deployed.
 */
const { Annotations, App, Duration, NestedStack, PermissionsBoundary, RemovalPolicy, Stack, Stage } = require('aws-cdk-lib');
const { TableEncryptionV2 } = require('aws-cdk-lib/aws-dynamodb');
const { Key } = require('aws-cdk-lib/aws-kms');
const { ApplicationLogLevel, Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda');
const { RetentionDays } = require('aws-cdk-lib/aws-logs');
const { ScheduleExpression } = require('aws-cdk-lib/aws-scheduler');
const { Topic } = require('aws-cdk-lib/aws-sns');
const { CertificateSelection, DeletionMode, DriftMode, IotRegistryReplication, RegistryKind } = require('cdk-iot-registry-replication');
const fs = require('node:fs');

const SOURCE = 'us-east-1';
const DESTINATIONS = ['eu-west-1', 'ap-southeast-1'];
const env = { account: '111122223333', region: SOURCE };
const flags = process.env.FLAGS === 'true' ? require('aws-cdk-lib/recommended-feature-flags.json') : {};
const app = new App({ context: flags });

function full() {
  const stack = new Stack(app, 'Full', { env, tags: { team: 'fleet' }, permissionsBoundary: PermissionsBoundary.fromName('boundary') });
  const keys = Object.fromEntries(DESTINATIONS.map((region) => [region, `arn:aws:kms:${region}:111122223333:key/mrk-0123456789abcdef0123456789abcdef`]));
  const replication = new IotRegistryReplication(stack, 'Replication', {
    destinationRegions: DESTINATIONS,
    replicationName: 'fleet',
    tableName: 'devices',
    kinds: [RegistryKind.THING, RegistryKind.THING_TYPE, RegistryKind.THING_GROUP],
    namePrefixes: { things: ['factory-'], thingGroups: ['factory-'], thingTypes: ['factory-'], policies: ['factory-'] },
    acknowledgedReplications: ['archive'],
    identities: {
      certificates: CertificateSelection.OF_REPLICATED_THINGS,
      caCertificates: true,
      adoptPolicies: true,
      sweepSchedule: ScheduleExpression.cron({ minute: '30', hour: '3' }),
      driftSchedule: ScheduleExpression.rate(Duration.days(3)),
      certificateCheckInterval: Duration.minutes(5),
      maxDeactivationsPerSweep: 10,
      cloudTrailHints: true,
      domainNames: { 'eu-west-1': { 'devices.example.com': 'devices.eu.example.com' } },
    },
    router: new Function(stack, 'Router', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = () => ({ replicate: true });') }),
    routerVersion: '1',
    pausedRegions: DESTINATIONS.slice(1),
    confirmDeletions: true,
    deletionMode: DeletionMode.RETAIN,
    maxDeletionsPerMinute: 100,
    maxDeletionsPerSweep: 10,
    sweepSchedule: ScheduleExpression.cron({ minute: '0', hour: '3' }),
    driftSchedule: ScheduleExpression.rate(Duration.hours(6)),
    driftMode: DriftMode.REPORT,
    registryReadShare: 0.25,
    registryWriteShare: 0.25,
    tombstoneRetention: Duration.days(60),
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_YEAR,
    heartbeatInterval: Duration.minutes(5),
    logLevel: ApplicationLogLevel.DEBUG,
    logPayloads: true,
    tracing: true,
    encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key', { enableKeyRotation: true }), keys),
  });
  replication.addAlarms({ topics: [SOURCE, ...DESTINATIONS].map((region) => Topic.fromTopicArn(stack, `Topic-${region}`, `arn:aws:sns:${region}:111122223333:operators`)) });
  replication.addDashboard();
  Annotations.of(replication).acknowledgeWarning('cdk-iot-registry-replication:policiesWithoutGroups', 'no thing group has policies');
}

full();
const plain = new IotRegistryReplication(new Stack(app, 'Plain', { env }), 'Replication', { destinationRegions: ['eu-west-1'], replicationName: 'plain' });
plain.addAlarms();
plain.addDashboard();
new IotRegistryReplication(new NestedStack(new Stack(app, 'Outer', { env }), 'Nested'), 'Replication', { destinationRegions: ['eu-central-1'], replicationName: 'nested' });
new IotRegistryReplication(new Stack(new Stage(app, 'Prod', { env }), 'Registry'), 'Replication', { destinationRegions: ['eu-west-2'], replicationName: 'staged' });
new IotRegistryReplication(new Stack(app, 'Anywhere'), 'Replication', { sourceRegion: 'us-west-2', destinationRegions: ['eu-north-1'], replicationName: 'anywhere' });

const stacksOf = (assembly) => [...assembly.stacks, ...assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => stacksOf(nestedAssembly))];
const stacks = stacksOf(app.synth());
const messages = stacks.flatMap(({ stackName, messages: own }) => own.filter(({ level }) => level !== 'info').map(({ level, entry }) => `${stackName}: ${level}: ${entry.data}`));
const deployed = Object.fromEntries(stacks.map(({ stackName, environment, template }) => [stackName, { region: environment.region, resources: template.Resources ?? {} }]));
fs.writeFileSync(process.env.RESULT, JSON.stringify({ version: require('aws-cdk-lib/package.json').version, flags: Object.keys(flags), messages, deployed }));
