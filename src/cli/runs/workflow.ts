import { PhysicalNames } from '../../record/physical-names';
import type { Account } from '../account';
import { CommandError } from '../errors';
import type { Replication } from '../replication';

/** What a workflow compares: the registry with the table, where the source is or in a destination. */
export const WorkflowKind = {
  SWEEP: 'sweep',
  DRIFT: 'drift',
  IDENTITY_SWEEP: 'identitySweep',
  IDENTITY_DRIFT: 'identityDrift',
  CERTIFICATE_CHECK: 'certificateCheck',
} as const;
export type WorkflowKind = (typeof WorkflowKind)[keyof typeof WorkflowKind];

/** What differs between the workflows. */
interface Traits {
  /** For sentences. */
  readonly title: string;
  /** Whether it is in the source, else it is in each destination. */
  readonly isOfSource: boolean;
  /** Whether it exists only with `identities`. */
  readonly isOfIdentities: boolean;
  /** What selects it besides the command. */
  readonly option: string;
}

const TRAITS: Readonly<Record<WorkflowKind, Traits>> = {
  sweep: { title: 'sweep', isOfSource: true, isOfIdentities: false, option: '' },
  drift: { title: 'drift check', isOfSource: false, isOfIdentities: false, option: '' },
  identitySweep: { title: 'sweep of identities', isOfSource: true, isOfIdentities: true, option: ' --identities' },
  identityDrift: { title: 'drift check of identities', isOfSource: false, isOfIdentities: true, option: ' --identities' },
  certificateCheck: { title: 'certificate check', isOfSource: true, isOfIdentities: true, option: ' --certificates' },
};

/** A workflow of the source, or of one destination. */
export interface Workflow extends Traits {
  readonly kind: WorkflowKind;
  readonly replication: string;
  readonly region: string;
  readonly arn: string;
  readonly name: string;
  /** Where its reports and journals are. */
  readonly bucket: { readonly name: string; readonly owner: string };
}

export function workflowOf(kind: WorkflowKind, { name: replication, sourceRegion }: Pick<Replication, 'name' | 'sourceRegion'>, destination: string, account: Account): Workflow {
  const names = new PhysicalNames(replication);
  const traits = TRAITS[kind];
  const region = traits.isOfSource ? sourceRegion : destination;
  const place = { account: account.id, region };
  return {
    kind,
    ...traits,
    replication,
    region,
    arn: workflowArnOf(names[kind], region, account),
    name: names[kind],
    bucket: { name: traits.isOfIdentities ? names.identityReportsBucket(place) : names.reportsBucket(place), owner: account.id },
  };
}

export function isOfSource(kind: WorkflowKind): boolean {
  return TRAITS[kind].isOfSource;
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
