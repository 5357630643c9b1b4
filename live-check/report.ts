import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Topic, Unlookable } from './belief';
import type { Left } from './removal';
import type { Outcome, OutcomeName } from './runner';

/** What a run writes, as JSON. Ids of the account are left out; there are no names but those that the run has made up. */
export interface Report {
  /** Raised when a reader of the former would misread the new. */
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
  /** What the run made and could not remove. */
  readonly left: readonly Left[];
}

export interface ReportedBelief {
  readonly id: string;
  readonly topic: Topic;
  readonly statement: string;
  readonly outcome: OutcomeName;
  /** What was seen, or why it was not looked at. */
  readonly seen: string;
  /** What becomes of a replication if it does not hold. Absent where the program never looks. */
  readonly otherwise?: string;
  readonly see?: string;
  /** Absent where the program never looks. */
  readonly seconds?: number;
  /** How a person can look at what the program does not. */
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

/** Errors of AWS name the account in ARNs. */
export function withoutAccount(text: string, account: string): string {
  return text.replaceAll(account, '<account>');
}

export function writeReport(file: string, report: Report, account: string): void {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  fs.writeFileSync(file, `${withoutAccount(JSON.stringify(report, undefined, 2), account)}\n`);
}
