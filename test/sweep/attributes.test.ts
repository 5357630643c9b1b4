import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IotRegistryReplication, IotRegistryReplicationProps } from '../../src';
import { ACCOUNT, complaintsOf, createStack, DESTINATION, Json, OTHER, replicate, resourcesOf, SOURCE, sourceStack, synth, templatesOf, theResource } from '../apps';

/** Uses what a replication tells of its sweep, in each way that there is. */
function use(stack: Stack, { sweepWorkflow, sweepReportsBucket }: IotRegistryReplication): void {
  const values = { WorkflowArn: sweepWorkflow.stateMachineArn, BucketName: sweepReportsBucket.bucketName, BucketArn: sweepReportsBucket.bucketArn };
  for (const [name, value] of Object.entries(values)) new CfnOutput(stack, name, { value });
  const role = new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  sweepWorkflow.grantStartExecution(role);
  sweepReportsBucket.grantRead(role, 'reports/*');
}

const sweepIn = (template: Json) => resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === 'fleet-sweep')!;

describe.each<[string, StackProps, Partial<IotRegistryReplicationProps>]>([
  ['the enclosing stack', {}, {}],
  ['the enclosing stack, of an unknown account', { env: { region: SOURCE } }, {}],
  ['the enclosing stack, environment-agnostic', { env: {} }, { sourceRegion: SOURCE }],
  ['the enclosing stack, of the Region of a destination', { env: { account: ACCOUNT, region: DESTINATION } }, { sourceRegion: SOURCE }],
])('the sweep\'s attributes, used from %s', (_, stackProps, props) => {
  const stack = createStack(stackProps);
  const replication = replicate({ replicationName: 'fleet', ...props }, stack);
  use(stack, replication);
  const assembly = synth(stack);
  const templates = templatesOf(assembly);

  test('make no reference to another stack, and no complaint', () => {
    expect(JSON.stringify(templates)).not.toMatch(/ImportValue|GetStackOutput|CrossRegion|ExportsReader|ExportsWriter|\$\{Token/);
    expect(complaintsOf(assembly)).toEqual([]);
  });

  test('name what is deployed', () => {
    const deployed = templates[sourceStack(replication).stackName];
    const { Outputs } = templates.Main;
    expect(sweepIn(deployed)).toBeDefined();
    expect(JSON.stringify(Outputs.WorkflowArn.Value)).toContain('stateMachine:fleet-sweep');
    expect(JSON.stringify(Outputs.WorkflowArn.Value)).toContain(`:${SOURCE}:`);
    expect(theResource(deployed, 'AWS::S3::Bucket').Properties.BucketName).toEqual(Outputs.BucketName.Value);
  });
});

test('can be used from a stack of any other Region', () => {
  const stack = createStack();
  const replication = replicate({ replicationName: 'fleet' }, stack);
  const elsewhere = createStack({ env: { account: ACCOUNT, region: OTHER } }, stack.node.root as never, 'Elsewhere');
  use(elsewhere, replication);
  const assembly = synth(stack);
  const { Outputs } = templatesOf(assembly).Elsewhere;
  expect(complaintsOf(assembly)).toEqual([]);
  expect(JSON.stringify(Outputs.WorkflowArn.Value)).toContain(`states:${SOURCE}:${ACCOUNT}:stateMachine:fleet-sweep`);
  expect(Outputs.BucketName.Value).toMatch(new RegExp(`^fleet-[0-9a-f]{8}-${ACCOUNT}-${SOURCE}$`));
});
