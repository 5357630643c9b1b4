/** The shape of an app with one replication, so that two shapes can be compared. */
import { CfnResource, NestedStack, Stack, StackProps, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { IotRegistryReplication, IotRegistryReplicationProps } from '../../src';
import { ACCOUNT, createApp, DESTINATION, Json, SOURCE, stacksOf, synth } from '../apps';

type Props = Partial<IotRegistryReplicationProps>;

export interface Fleet {
  /** Id of a Stage around the stack. */
  readonly stage?: string;
  /** Of the stack; `Registry` unless given. */
  readonly stackId?: string;
  readonly stack?: StackProps;
  /** Id of a construct around the replication. */
  readonly wrapper?: string;
  /** Id of a nested stack around the replication. */
  readonly nested?: string;
  /** Of the replication; `Replication` unless given. */
  readonly id?: string;
  /** What is beside `destinationRegions` and `replicationName`, which have values unless given; `undefined` takes them away. */
  readonly props?: Props | ((stack: Stack) => Props);
  /** Done to the replication once it is there. */
  readonly then?: (replication: IotRegistryReplication, stack: Stack) => void;
}

/** What is deployed into one stack: the Region, and resources by logical id. */
export interface DeployedStack {
  readonly region: string;
  readonly resources: Readonly<Record<string, Json>>;
}

/** By the names of the stacks. */
export type Deployed = Readonly<Record<string, DeployedStack>>;

/**
 * What an app deploys.
 *
 * @throws Error where the construct refuses the props
 */
export function deployed(fleet: Fleet): Deployed {
  const app = createApp();
  const scope = fleet.stage === undefined ? app : new Stage(app, fleet.stage);
  const stack = new Stack(scope, fleet.stackId ?? 'Registry', { env: { account: ACCOUNT, region: SOURCE }, ...fleet.stack });
  // An app has something else in that stack, so that it is one when the source has a stack of its own.
  new CfnResource(stack, 'Else', { type: 'AWS::CloudFormation::WaitConditionHandle' });
  const outer = fleet.nested === undefined ? stack : new NestedStack(stack, fleet.nested);
  const around = fleet.wrapper === undefined ? outer : new Construct(outer, fleet.wrapper);
  const props = typeof fleet.props === 'function' ? fleet.props(stack) : fleet.props;
  const replication = new IotRegistryReplication(around, fleet.id ?? 'Replication', { destinationRegions: [DESTINATION], replicationName: 'fleet', ...props });
  fleet.then?.(replication, stack);
  const own = Object.fromEntries(stacksOf(synth(app)).map(({ stackName, environment, template }) => [stackName, { region: environment.region, resources: template.Resources ?? {} }]));
  if (!(outer instanceof NestedStack)) return own;
  // A stack of its own, as CloudFormation sees it, whose name nobody knows.
  return { ...own, [`${stack.stackName}/${fleet.nested}`]: { region: outer.region, resources: Template.fromStack(outer).toJSON().Resources } };
}
