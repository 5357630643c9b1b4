import type { KnownCertificates } from './known-certificates';
import type { Journal } from '../../comparison/handler/journal';
import type { RunOfTable } from '../../comparison/handler/table-of-run';
import type { TableReader } from '../../comparison/handler/table-reader';
import type { IotSender } from '../../runtime/senders';
import type { SweepConfig, SweepContext } from '../../sweep/handler/context';
import type { Persister } from '../../sweep/handler/persistence-client';

export interface CertificateCheckConfig extends Pick<SweepConfig, 'tableName' | 'bucket' | 'observationWorkflowArn' | 'routerVersion' | 'logPayloads'> {
  /** The workflow whose steps these are. */
  readonly checkWorkflowArn: string;
  /** The workflow that sweeps identities. */
  readonly sweepWorkflowArn: string;
  /** Absent: the larger of 50 certificates and 5 % of them. */
  readonly maxDeactivations?: number;
  /** See `Selection.onlyReferred`. */
  readonly onlyReferred: readonly string[];
  /** From the start of a check to that of the next. */
  readonly intervalSeconds: number;
}

/** The context of a step of a check: the clients of the source Region, its settings, its pace, a log and a clock. */
export interface CertificateCheckContext extends Pick<SweepContext, 'iot' | 'dynamodb' | 's3' | 'sfn' | 'readPace' | 'logger' | 'meter' | 'now'> {
  readonly config: CertificateCheckConfig;
  /** Resolves after some milliseconds. */
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** One check. */
export interface CertificateCheckRun extends RunOfTable {
  /** Name of the execution. */
  readonly name: string;
  /** Milliseconds since the epoch: before this nothing was listed. */
  readonly startedAt: number;
  /** How many certificates without a record it may read; the next checks and the sweep read the rest. */
  readonly maxNew: number;
  /** The maximum number of certificates that it may deactivate because they are absent, if its input contains it. */
  readonly maxDeactivations?: number;
}

/** The context of a unit. */
export interface CheckContext extends CertificateCheckContext {
  readonly run: CertificateCheckRun;
  /** The source registry. Its calls wait for their turn. */
  readonly pacedIot: IotSender;
  readonly table: TableReader;
  readonly journal: Journal;
  readonly known: KnownCertificates;
  readonly persister: Persister;
}
