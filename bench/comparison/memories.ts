import { Stack } from 'aws-cdk-lib';
import { createApp, createStack, replicate, synth } from '../../test/apps';

interface Resource { readonly Type: string; readonly Properties: { readonly FunctionName?: string; readonly MemorySize?: number } }
interface Template { readonly Resources: Readonly<Record<string, Resource>> }

const FUNCTIONS = {
  source: { registrySweep: 'sweep', identitiesSweep: 'identity-sweep', certificateCheck: 'certificate-check' },
  destination: { registryDrift: 'drift', identitiesDrift: 'identity-drift', replicator: 'replicator' },
} as const;
type FunctionKey = { [Where in keyof typeof FUNCTIONS]: keyof (typeof FUNCTIONS)[Where] }[keyof typeof FUNCTIONS];

/** Megabytes of the functions, as they are deployed by default. */
export function functionMemories(): Readonly<Record<FunctionKey, number>> {
  const app = createApp();
  const stack = createStack({}, app);
  const { replicationName, destinations: [destination] } = replicate({ identities: {} }, stack);
  const assembly = synth(app);
  const memoryOf = (of: Stack, name: string): number => {
    const { Resources } = assembly.getStackArtifact(of.artifactId).template as Template;
    const found = Object.values(Resources).find(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName === `${replicationName}-${name}`);
    if (!found?.Properties.MemorySize) throw new Error(`expected a function ${replicationName}-${name} with a memory size in ${of.stackName}, got none`);
    return found.Properties.MemorySize;
  };
  const all = [[stack, FUNCTIONS.source], [destination.stack, FUNCTIONS.destination]] as const;
  const memories = all.flatMap(([of, functions]) => Object.entries(functions).map(([key, name]) => [key, memoryOf(of, name)] as const));
  return Object.fromEntries(memories) as Record<FunctionKey, number>;
}
