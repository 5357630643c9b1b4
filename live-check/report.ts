import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Topic, Unlookable } from './belief';
import type { Left } from './removal';
import type { Outcome, OutcomeName } from './runner';

/** The output of a run, as JSON. It contains no ids of the account, and only names that the run has invented. */
export interface Report {
  /** Increased when a reader of the former version would misread the new one. */
  readonly format: 1;
  readonly runId: string;
  readonly libraryVersion: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly partition: string;
  readonly regions: { readonly source: string; readonly destination: string };
  readonly interrupted: boolean;
  readonly counts: Record<OutcomeName, number>;
  readonly beliefs: readonly ReportedBelief[];
  /** Resources that the run created and could not remove. */
  readonly left: readonly Left[];
}

export interface ReportedBelief {
  readonly id: string;
  readonly topic: Topic;
  readonly statement: string;
  readonly outcome: OutcomeName;
  /** The result of the look, or why there was none. */
  readonly seen: string;
  /** The consequence for a replication if it does not hold. Absent if the program never looks. */
  readonly otherwise?: string;
  readonly see?: string;
  /** Absent if the program never looks at it. */
  readonly seconds?: number;
  /** How a person can check it, if the program does not. */
  readonly byHand?: string;
}

export function reported({ belief, outcome, seen, seconds }: Outcome): ReportedBelief {
  const { id, topic, statement, otherwise, see } = belief;
  return { id, topic, statement, outcome, seen, otherwise, ...see && { see }, seconds };
}

export function reportedUnlookable({ id, topic, statement, why, byHand }: Unlookable): ReportedBelief {
  return { id, topic, statement, outcome: 'not looked at', seen: why, byHand };
}

export function countsOf(beliefs: readonly ReportedBelief[]): Record<OutcomeName, number> {
  const count = (name: OutcomeName) => beliefs.filter(({ outcome }) => outcome === name).length;
  return { 'holds': count('holds'), 'does not hold': count('does not hold'), 'not looked at': count('not looked at') };
}

/** Errors of AWS contain the account in ARNs. */
export function withoutAccount(text: string, account: string): string {
  return text.replaceAll(account, '<account>');
}

/** As it is written and printed. */
export function textOf(report: Report, account: string): string {
  return withoutAccount(JSON.stringify(report, undefined, 2), account);
}

export function writeReport(file: string, report: Report, account: string): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, `${textOf(report, account)}\n`);
}
