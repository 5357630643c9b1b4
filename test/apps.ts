/** Apps to synthesize, and ways to look into what comes out. Used by the tests of the construct and its parts. */
import { App, AppProps, Stack, StackProps } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CloudAssembly, CloudFormationStackArtifact, SynthesisMessage } from 'aws-cdk-lib/cx-api';
import { IotRegistryReplication, IotRegistryReplicationProps } from '../src';

// Whatever is deprecated fails the test that uses it.
process.env.JSII_DEPRECATED = 'fail';
// CDK holds each template that it makes against rules, in most of the time that it takes; `test/compliance` and `test/consumers` do that once.
process.env.CDK_VALIDATION = 'false';

export const ACCOUNT = '111122223333';
export const SOURCE = 'us-east-1';
export const DESTINATION = 'eu-west-1';
export const OTHER = 'ap-southeast-1';

export type Json = Record<string, any>;

export function createApp(props: AppProps = {}): App {
  // Where each resource was made is in messages of CDK, and takes a third of the time of an app.
  const context = { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:disable-creation-stack-traces': true, ...props.context };
  return new App({ analyticsReporting: false, ...props, context });
}

export function createStack(props: StackProps = {}, app = createApp(), id = 'Main'): Stack {
  return new Stack(app, id, { env: { account: ACCOUNT, region: SOURCE }, ...props });
}

/** The smallest replication, in a stack of the source Region unless another one is given. */
export function replicate(props: Partial<IotRegistryReplicationProps> = {}, stack = createStack(), id = 'Replication'): IotRegistryReplication {
  return new IotRegistryReplication(stack, id, { destinationRegions: [DESTINATION], ...props });
}

export function synth(of: Stack | App): CloudAssembly {
  const root = of.node.root as App;
  return root.synth({ force: true });
}

/** Every stack of the assembly, those of its Stages too. */
export function stacksOf(assembly: CloudAssembly): CloudFormationStackArtifact[] {
  return [...assembly.stacks, ...assembly.nestedAssemblies.flatMap(({ nestedAssembly }) => stacksOf(nestedAssembly))];
}

/** Templates by the names of their stacks, nested stacks left out. */
export function templatesOf(assembly: CloudAssembly): Record<string, Json> {
  return Object.fromEntries(stacksOf(assembly).map((stack) => [stack.stackName, stack.template as Json]));
}

export function resourcesOf(template: Json, type: string): Json[] {
  return Object.values(template.Resources as Json).filter((resource) => resource.Type === type);
}

/** Schedules whose description has a word in it. */
export function schedulesAbout(template: Json, word: string): Json[] {
  return resourcesOf(template, 'AWS::Scheduler::Schedule').filter(({ Properties }) => Properties.Description.includes(word));
}

/** The only resource of its type. */
export function theResource(template: Json, type: string): Json {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0];
}

export function source(of: IotRegistryReplication): Template {
  return Template.fromStack(sourceStack(of));
}

export function destination(of: IotRegistryReplication, region = DESTINATION): Template {
  return Template.fromStack(of.destination(region).stack);
}

export function sourceStack(of: IotRegistryReplication): Stack {
  return (of.node.tryFindChild(of.sourceRegion) as Stack | undefined) ?? Stack.of(of);
}

export function messagesOf(assembly: CloudAssembly): SynthesisMessage[] {
  return stacksOf(assembly).flatMap((stack) => stack.messages);
}

/** Warnings and errors as text. */
export function complaintsOf(assembly: CloudAssembly): string[] {
  return messagesOf(assembly).filter(({ level }) => level !== 'info').map(({ entry }) => String(entry.data));
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string[];
  readonly Resource: unknown[];
  readonly Condition?: Json;
}

/** Every statement that allows something to a role, of every policy of a template. */
export function allowedBy(template: Json): Statement[] {
  const documents = [
    ...resourcesOf(template, 'AWS::IAM::Policy').map((policy) => policy.Properties.PolicyDocument),
    ...resourcesOf(template, 'AWS::IAM::Role').flatMap((role) => (role.Properties.Policies ?? []).map((policy: Json) => policy.PolicyDocument)),
  ];
  return documents.flatMap((document) => document.Statement as Json[])
    .filter((statement) => statement.Effect === 'Allow')
    .map((statement) => ({ ...statement, Effect: 'Allow', Action: [statement.Action].flat(), Resource: [statement.Resource].flat() }));
}

/** What stays when the hashes of assets, which change with every build of a handler, are masked. */
export function masked(template: Json): Json {
  return JSON.parse(JSON.stringify(template).replace(/[0-9a-f]{64}/g, '<hash>'));
}

/** What CloudFormation knows of a stack and nobody else does, as names of topic rules have it. */
const UUID = JSON.stringify({ 'Fn::Join': ['_', { 'Fn::Split': ['-', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }] }] });

export function isStackUuid(value: unknown): boolean {
  return JSON.stringify(value) === UUID;
}

/** A text of a template, with `<uuid>` in the place of the uuid of its stack, and `<address>` in that of the hash before it. */
export function withoutUuid(value: unknown): string {
  if (typeof value === 'string') return value;
  if (isStackUuid(value)) return '<uuid>';
  const [separator, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return withoutAddress(parts.map(withoutUuid).join(separator));
}

export function withoutAddress(text: string): string {
  return text.replaceAll(/_[0-9a-f]{8}_<uuid>/g, '_<address>_<uuid>');
}

export { Match, Template };
