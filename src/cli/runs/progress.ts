import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Workflow } from './workflow';
import { Count, Counts, outcomesIn } from '../../comparison/counts';
import { Journal } from '../../comparison/handler/journal';
import { Objects } from '../../comparison/handler/objects';
import { sum } from '../../comparison/handler/phase';
import type { Clients } from '../clients';

/** What a run is doing. */
export interface Progress {
  /** The title of the state of the workflow, as in the console. */
  readonly phase: string;
  /** Everything so far. */
  readonly counts: Counts;
}

/** Events of the history that show the state: a slice of a phase has seven. */
const EVENTS = 20;

/** Looks at the journal that a run writes, and at the state of its workflow: neither disturbs it. */
export class ProgressReader {
  private readonly sfn: SFNClient;
  private readonly s3: S3Client;
  private readonly journal: Journal;
  /** By phase: the number of the last entry that was read, and the totals of the phase by then. */
  private readonly seen = new Map<string, { readonly number: number; readonly total: Counts }>();

  constructor(clients: Clients, private readonly workflow: Workflow, private readonly executionArn: string) {
    this.sfn = clients.of(SFNClient, workflow.region);
    this.s3 = clients.of(S3Client, workflow.region);
    this.journal = new Journal(new Objects(this.s3, workflow.bucket), this.run);
  }

  public async look(): Promise<Progress> {
    const [phase, phases] = await Promise.all([this.state(), this.phases()]);
    await Promise.all(phases.map((each) => this.lookAt(each)));
    return { phase, counts: outcomesIn([...this.seen.values()].reduce<Counts>((all, { total }) => sum(all, total), { [Count.LISTED]: 0 })) };
  }

  private async lookAt(phase: string): Promise<void> {
    const before = this.seen.get(phase)?.number ?? 0;
    const number = await this.journal.lastNumber(phase, before);
    if (number > before) this.seen.set(phase, { number, total: (await this.journal.read(phase, number)).total });
  }

  /** The phases that have begun. */
  private async phases(): Promise<readonly string[]> {
    const { name: Bucket, owner: ExpectedBucketOwner } = this.workflow.bucket;
    const { CommonPrefixes = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket, ExpectedBucketOwner, Prefix: `runs/${this.run}/`, Delimiter: '/' }));
    return CommonPrefixes.map(({ Prefix }) => Prefix!.split('/').at(-2)!);
  }

  private async state(): Promise<string> {
    const { events = [] } = await this.sfn.send(new GetExecutionHistoryCommand({
      executionArn: this.executionArn, reverseOrder: true, maxResults: EVENTS, includeExecutionData: false,
    }));
    return events.find(({ type }) => type === 'TaskStateEntered' || type === 'WaitStateEntered')?.stateEnteredEventDetails?.name ?? 'Begin';
  }

  /** The name of the execution is that of its run. */
  private get run(): string {
    return this.executionArn.split(':').at(-1)!;
  }
}
