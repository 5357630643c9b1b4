import { PhysicalNames } from '../../record/physical-names';
import type { Account } from '../account';
import { CommandError } from '../errors';
import type { Replication } from '../replication';

/** The workflow of sweeps, or of one destination's drift checks. */
export interface Workflow {
  readonly kind: 'sweep' | 'drift';
  /** For sentences. */
  readonly title: 'sweep' | 'drift check';
  readonly replication: string;
  readonly region: string;
  readonly arn: string;
  readonly name: string;
  /** Where its reports and journals are. */
  readonly bucket: { readonly name: string; readonly owner: string };
}

export function workflowOf(kind: Workflow['kind'], replication: string, region: string, account: Account): Workflow {
  const names = new PhysicalNames(replication);
  const name = names[kind];
  return {
    kind,
    title: kind === 'sweep' ? 'sweep' : 'drift check',
    replication,
    region,
    arn: workflowArnOf(name, region, account),
    name,
    bucket: { name: names.reportsBucket({ account: account.id, region }), owner: account.id },
  };
}

/** The ARN of a workflow of a Region by its name. */
export function workflowArnOf(name: string, region: string, { id, partition }: Account): string {
  return `arn:${partition}:states:${region}:${id}:stateMachine:${name}`;
}

/** The ARN of an execution that is given by its ARN or by its name. */
export function executionArnOf({ arn }: Workflow, execution: string): string {
  return execution.startsWith('arn:') ? execution : `${arn.replace(':stateMachine:', ':execution:')}:${execution}`;
}

/**
 * The destination that a command is about.
 *
 * @throws CommandError if the Region is not one, or none is given and there are several
 */
export function destinationOf({ name, sourceRegion, destinationRegions }: Replication, region: string | undefined): string {
  const expected = `expected a destination of ${name}: ${destinationRegions.join(', ')}`;
  if (region === undefined) {
    if (destinationRegions.length === 1) return destinationRegions[0];
    throw new CommandError(`got no --region, ${expected}`);
  }
  if (!destinationRegions.includes(region)) throw new CommandError(`--region: got ${region}${region === sourceRegion ? ', which is its source' : ''}, ${expected}`);
  return region;
}
