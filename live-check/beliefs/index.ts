import { EVENT_BELIEFS } from './events';
import { FUNCTION_BELIEFS } from './functions';
import { CERTIFICATE_BELIEFS } from './identity-certificates';
import { POLICY_BELIEFS } from './identity-policies';
import { PRINCIPAL_BELIEFS } from './identity-principals';
import { QUOTA_BELIEFS } from './identity-quotas';
import { QUEUE_BELIEFS } from './queues';
import { GROUP_BELIEFS } from './registry-groups';
import { THING_BELIEFS } from './registry-things';
import { TYPE_BELIEFS } from './registry-types';
import { RULE_BELIEFS } from './rules';
import { SCHEDULE_BELIEFS } from './schedules';
import { TABLE_BELIEFS } from './tables';
import { WORKFLOW_BELIEFS } from './workflows';
import type { Belief } from '../belief';

export { UNLOOKABLE } from './unlookable';

/** All beliefs that the program checks, in the order of its report. */
export const BELIEFS: readonly Belief[] = [
  ...THING_BELIEFS, ...TYPE_BELIEFS, ...GROUP_BELIEFS, ...CERTIFICATE_BELIEFS, ...POLICY_BELIEFS, ...PRINCIPAL_BELIEFS,
  ...EVENT_BELIEFS, ...RULE_BELIEFS, ...WORKFLOW_BELIEFS, ...SCHEDULE_BELIEFS, ...FUNCTION_BELIEFS,
  ...QUEUE_BELIEFS, ...TABLE_BELIEFS, ...QUOTA_BELIEFS,
];
