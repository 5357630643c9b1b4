import { DestinationGapCode, SourceGapCode } from './gap';
import { Part, PARTS, PartWords, WORDS } from './part';

/** Codes of reasons about one part of what is replicated; those about identities have a prefix. */
const OF_PART = [
  ...Object.values(SourceGapCode), ...Object.values(DestinationGapCode), 'SELECTION_CHANGED', 'NO_SWEEP', 'OLD_SWEEP', 'SWEEP', 'NO_DRIFT_CHECK', 'OLD_DRIFT_CHECK', 'DRIFT',
] as const;
export type PartReasonCode = (typeof OF_PART)[number];

/** Codes of reasons that are no part's own, or that only one part has. */
const OTHERS = [
  'NO_CERTIFICATE_CHECK', 'OLD_CERTIFICATE_CHECK', 'CERTIFICATE_CHECK', 'COVERAGE', 'REJECTED_POLICY', 'PAUSED', 'NO_HEARTBEAT', 'BACKLOG', 'SILENCE', 'LAG', 'EVENTS_OFF', 'RULES_OFF', 'EVENTS_UNKNOWN', 'DEAD_LETTERS',
  'WAITING', 'OTHER_REPLICATION', 'OTHER_REPLICATIONS_UNKNOWN',
] as const;
export type OtherReasonCode = (typeof OTHERS)[number];

/** A code that a reason of the status begins with. */
export type ReasonCode = `${PartWords['prefix']}${PartReasonCode}` | OtherReasonCode;

export const REASON_CODES: readonly ReasonCode[] = [...PARTS.flatMap((part) => OF_PART.map((code) => codeOf(part, code))), ...OTHERS];

/** The code of a reason about one part. */
export function codeOf(part: Part, code: PartReasonCode): ReasonCode {
  return `${WORDS[part].prefix}${code}`;
}
