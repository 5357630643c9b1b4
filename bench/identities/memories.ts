import { Stack } from 'aws-cdk-lib';
import { createApp, createStack, replicate, synth } from '../../test/apps';

interface Resource { readonly Type: string; readonly Properties: { readonly FunctionName?: string; readonly MemorySize?: number } }
interface Template { readonly Resources: Readonly<Record<string, Resource>> }

/** Megabytes of the functions of identities, as they are deployed by default. */
export function functionMemories(): Readonly<Record<'sweep' | 'check' | 'drift', number>> {
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
  return { sweep: memoryOf(stack, 'identity-sweep'), check: memoryOf(stack, 'certificate-check'), drift: memoryOf(destination.stack, 'identity-drift') };
}
