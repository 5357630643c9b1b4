import { amplificationMutants } from './amplification';
import { caCertificateMutants } from './ca-certificates';
import { certificateCheckMutants } from './certificate-check';
import { certificateSelectionMutants } from './certificate-selection';
import { changeMutants } from './changes';
import { commandLineMutants } from './command-line';
import { comparisonMutants } from './comparison';
import { drillMutants } from './drill';
import { failureMutants } from './failures';
import { fenceMutants } from './fence';
import { gapMutants } from './gaps';
import { groupMutants } from './groups';
import { guardMutants } from './guard';
import { hintMutants } from './hints';
import { identityMutants } from './identities';
import { identityStatusMutants } from './identity-status';
import { kindMutants } from './kinds';
import { lagMutants } from './lag';
import { liveCheckMutants } from './live-check';
import { membershipMutants } from './memberships';
import { monitoringMutants } from './monitoring';
import type { Mutant } from './mutant';
import { persistenceMutants } from './persistence';
import { policyMutants } from './policies';
import { reconcilingMutants } from './reconciling';
import { settingsMutants } from './settings';
import { strictnessMutants } from './strictness';
import { sweepMutants } from './sweeps';
import { thingMutants } from './things';
import { typeMutants } from './types';
import { unheardMutants } from './unheard';
import { waitingMutants } from './waiting';
import { worldMutants } from './worlds';

export type { Killer, Mutant } from './mutant';

export const MUTANTS: readonly Mutant[] = [
  ...guardMutants, ...persistenceMutants, ...reconcilingMutants, ...thingMutants, ...typeMutants, ...groupMutants, ...membershipMutants, ...failureMutants, ...comparisonMutants,
  ...monitoringMutants, ...kindMutants, ...gapMutants, ...lagMutants, ...amplificationMutants,
  ...sweepMutants, ...strictnessMutants, ...unheardMutants, ...settingsMutants, ...changeMutants, ...policyMutants, ...fenceMutants, ...waitingMutants, ...worldMutants, ...liveCheckMutants,
  ...identityMutants, ...identityStatusMutants, ...certificateCheckMutants, ...certificateSelectionMutants, ...hintMutants, ...caCertificateMutants, ...drillMutants,
  ...commandLineMutants,
];
