import { PhysicalNames } from '../../record/physical-names';
import { PARTS, WORDS } from '../../status/handler/part';
import type { OtherReasonCode, PartReasonCode } from '../../status/handler/reason-code';

/** Where a reason was found. */
export interface Place {
  readonly replication: string;
  readonly region: string;
}

/** What to do about a reason. */
export interface Advice {
  /** Without the name of the program: it can be called as it is, and says itself what comes after it. */
  readonly command?: string;
  /** What no command does. */
  readonly toDo?: string;
}

type AdviceFor = (place: Place) => Advice;

/** The same for a part, whose commands have an option. */
type PartAdviceFor = (place: Place, option: string) => Advice;

const sweep: PartAdviceFor = ({ replication }, option) => ({ command: `sweep ${replication}${option}` });
const repair: PartAdviceFor = ({ replication, region }, option) => ({ command: `repair ${replication} --region ${region}${option}` });
const check: AdviceFor = ({ replication }) => ({ command: `sweep ${replication} --certificates` });
const wait: AdviceFor = ({ replication }) => ({ toDo: `it passes by itself; if it stays, look at the log of the function ${replication}-replicator`, command: `status ${replication} --watch` });
const lookAtHeartbeats = (replication: string) => `look at the executions of ${replication}-observations in the source`;

/** The compiler refuses a code without advice. */
const OF_PART: Readonly<Record<PartReasonCode, PartAdviceFor>> = {
  EVENTS_WERE_OFF: sweep,
  EVENTS_WERE_UNKNOWN: sweep,
  HEARTBEATS_MISSED: sweep,
  SOURCE_INTERRUPTED: sweep,
  EVENTS_MISSED: sweep,
  TIME_WENT_BACK: sweep,
  STREAM_EXPIRED: repair,
  STREAM_UNREAD: repair,
  DEAD_LETTERS_GONE: repair,
  SELECTION_CHANGED: (place, option) => ({ ...sweep(place, option), toDo: 'a deployment is not complete, or its sweep and drift check have not ended: deploy all Regions, then wait for them or start them' }),
  NO_SWEEP: sweep,
  OLD_SWEEP: sweep,
  SWEEP: ({ replication }, option) => ({ command: `diff ${replication} --source --last${option}` }),
  NO_DRIFT_CHECK: repair,
  OLD_DRIFT_CHECK: repair,
  DRIFT: ({ replication, region }, option) => ({ command: `diff ${replication} --region ${region} --last${option}` }),
};

const OTHERS: Readonly<Record<OtherReasonCode, AdviceFor>> = {
  NO_CERTIFICATE_CHECK: check,
  OLD_CERTIFICATE_CHECK: check,
  CERTIFICATE_CHECK: check,
  COVERAGE: () => ({ toDo: 'request higher quotas, raise registryReadShare, or choose a longer identities.sweepSchedule' }),
  REJECTED_POLICY: ({ replication, region }) => ({ command: `diff ${replication} --region ${region} --last --identities` }),
  PAUSED: ({ region }) => ({ toDo: `when it may be written to again, remove ${region} from pausedRegions and deploy` }),
  NO_HEARTBEAT: ({ replication }) => ({ toDo: `deploy the source; if it is deployed, ${lookAtHeartbeats(replication)}` }),
  BACKLOG: wait,
  SILENCE: ({ replication }) => ({ toDo: `if the source is up, ${lookAtHeartbeats(replication)}; if it is down, this Region has what had arrived` }),
  LAG: wait,
  // A deployment switches them on only if it changes what the construct requires.
  EVENTS_OFF: () => ({ toDo: 'switch them on in the source with aws iot update-event-configurations, and name those that are on already too' }),
  RULES_OFF: ({ replication }) => ({ toDo: `enable it in the source with aws iot enable-topic-rule: aws iot list-topic-rules names it ${new PhysicalNames(replication).topicRulePrefix}_thing…; the runbook says what to do if it is deleted` }),
  EVENTS_UNKNOWN: ({ replication }) => ({ toDo: `${lookAtHeartbeats(replication)}: AWS IoT or a permission fails there` }),
  DEAD_LETTERS: ({ replication }) => ({ command: `letters ${replication}` }),
  WAITING: ({ replication, region }) => ({ command: `diff ${replication} --region ${region}` }),
  OTHER_REPLICATION: ({ region }) => ({ toDo: `delete its stack in ${region}, or name it in acknowledgedReplications and deploy` }),
  OTHER_REPLICATIONS_UNKNOWN: ({ replication, region }) => ({ toDo: `look at the log of the function ${replication}-status in ${region}: Systems Manager or a permission fails there` }),
};

const BY_CODE: ReadonlyMap<string, AdviceFor> = new Map([
  ...Object.entries(OTHERS),
  ...PARTS.flatMap((part) => Object.entries(OF_PART).map(([code, advice]) => {
    const option = part === 'identities' ? ' --identities' : '';
    return [WORDS[part].prefix + code, (place: Place) => advice(place, option)] as const;
  })),
]);

/** What to do about a reason; undefined for a code that only a later version has. */
export function adviceFor(reason: string, place: Place): Advice | undefined {
  return BY_CODE.get(reason.split(':', 1)[0])?.(place);
}
