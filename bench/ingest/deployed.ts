import { App, Stack } from 'aws-cdk-lib';
import { IotRegistryReplication } from '../../src';

interface Resource { readonly Type: string; readonly Properties: unknown }
interface Template { readonly Resources: Readonly<Record<string, Resource>> }
interface TopicRule { readonly TopicRulePayload: { readonly Sql: string; readonly Actions: readonly object[] } }

/** The resources of a default deployment, from its templates. */
export interface Deployed {
  /** 'EXPRESS' or 'STANDARD'. */
  readonly workflowType: string;
  readonly functionMemoryMegabytes: number;
  /** Rules that match a message of this topic, and what they start. */
  actionsOn(topic: string): { readonly rules: number; readonly actions: number };
}

export function synthesizeDeployment(): Deployed {
  const app = new App({ analyticsReporting: false, context: { 'aws:cdk:disable-asset-staging': true } });
  const stack = new Stack(app, 'Source', { env: { account: '111122223333', region: 'us-east-1' } });
  const { destinations: [destination] } = new IotRegistryReplication(stack, 'Replication', { destinationRegions: ['eu-west-1'] });
  const assembly = app.synth();
  const resources = (of: Stack, type: string) => Object.values((assembly.getStackArtifact(of.artifactId).template as Template).Resources)
    .filter((resource) => resource.Type === type).map(({ Properties }) => Properties);

  const rules = (resources(stack, 'AWS::IoT::TopicRule') as TopicRule[]).map(({ TopicRulePayload: { Sql, Actions } }) => ({ filter: filterOf(Sql), actions: Actions.length }));
  const [machine] = resources(stack, 'AWS::StepFunctions::StateMachine') as { StateMachineType: string }[];
  const functions = resources(destination.stack, 'AWS::Lambda::Function') as { FunctionName?: string; MemorySize?: number }[];
  const replicator = functions.find(({ FunctionName }) => FunctionName === destination.replicator.functionName);
  if (!replicator?.MemorySize) throw new Error('the destination has no replicator with a memory size');
  return {
    workflowType: machine.StateMachineType,
    functionMemoryMegabytes: replicator.MemorySize,
    actionsOn: (topic) => {
      const matching = rules.filter(({ filter }) => filter.test(topic));
      return { rules: matching.length, actions: matching.reduce((total, { actions }) => total + actions, 0) };
    },
  };
}

/** The topic filter of a rule's SQL; `+` stands for one level. */
function filterOf(sql: string): RegExp {
  const [, filter] = /FROM '([^']+)'/.exec(sql)!;
  return new RegExp(`^${filter.split('/').map((level) => level === '+' ? '[^/]+' : level.replace(/[$]/g, '\\$&')).join('/')}$`);
}
