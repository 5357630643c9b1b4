import { App, CliCredentialsStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ACKNOWLEDGED, OPERATOR, PAUSED, PLAIN, READER, ROUTED, VIEWER } from './names';
import { DeletionMode, IotRegistryReplication } from 'cdk-iot-registry-replication';

/** Two replications of one source in one stack: one as it comes, one with everything that decides what is replicated. */
const ACCOUNT = process.env.CDK_DEFAULT_ACCOUNT;
const DESTINATION_KEY = 'mrk-0123456789abcdef0123456789abcdef';

const app = new App({ defaultStackSynthesizer: new CliCredentialsStackSynthesizer() });
const stack = new Stack(app, 'Registry', { env: { account: ACCOUNT, region: PLAIN.source } });

const paused = app.node.tryGetContext(PAUSED) as string | undefined;
const plain = new IotRegistryReplication(stack, 'Plain', {
  replicationName: PLAIN.name,
  destinationRegions: [PLAIN.destination],
  pausedRegions: paused ? [paused] : [],
  acknowledgedReplications: [ACKNOWLEDGED, 'misspelt'],
  identities: {},
  // Nobody looks whether the destination's exists: what is looked at is who may use it.
  encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key'), { [PLAIN.destination]: `arn:aws:kms:${PLAIN.destination}:${ACCOUNT}:key/${DESTINATION_KEY}` }),
});

const reader = new Role(stack, 'StatusReader', { roleName: READER, assumedBy: new AccountRootPrincipal() });
plain.destination(PLAIN.destination).grantReadStatus(reader);
const operator = new Role(stack, 'Operator', { roleName: OPERATOR, assumedBy: new AccountRootPrincipal() });
plain.grantOperate(operator);
// As docs/command-line.md says that a drill needs it.
operator.addToPrincipalPolicy(new PolicyStatement({
  actions: ['iot:CreateThing', 'iot:UpdateThing', 'iot:DeleteThing'],
  resources: [`arn:aws:iot:*:${ACCOUNT}:thing/drill-*`],
}));
plain.grantRead(new Role(stack, 'Viewer', { roleName: VIEWER, assumedBy: new AccountRootPrincipal() }));
plain.addDashboard();

const router = new LambdaFunction(stack, 'Router', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  timeout: Duration.seconds(10),
  code: Code.fromInline(`exports.handler = async ({ record, event }) => {
    if (event.thingName === '${ROUTED.prefix}private') return { replicate: false };
    if (event.thingName === '${ROUTED.prefix}thrown') throw new RangeError('too far');
    if (event.thingName === '${ROUTED.prefix}broken') return { replicate: true, state: { attributes: 'none' } };
    if (record.state.attributes) return { replicate: true, state: { ...record.state, attributes: { ...record.state.attributes, routed: 'yes' } } };
    return { replicate: true };
  };`),
});
new IotRegistryReplication(stack, 'Routed', {
  replicationName: ROUTED.name,
  destinationRegions: [ROUTED.destination],
  namePrefixes: { things: [ROUTED.prefix], thingGroups: [ROUTED.prefix], thingTypes: [ROUTED.prefix] },
  deletionMode: DeletionMode.RETAIN,
  confirmDeletions: true,
  router,
});
