import { Duration, IReusableStackSynthesizer, RemovalPolicy } from 'aws-cdk-lib';
import { TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ApplicationLogLevel, IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { CertificateSelection } from '../certificate-selection';
import { DeletionMode } from '../deletion-mode';
import { DriftMode } from '../drift-mode';
import type { Feature } from '../record/feature';
import { RegistryKind } from '../registry-kind';

/** Prefixes of names for each kind; absent means any name. */
export interface PrefixesByKind {
  readonly thing?: string[];
  readonly group?: string[];
  readonly type?: string[];
  readonly policy?: string[];
}

/** The options of identities with all defaults. */
export interface IdentitySettings {
  readonly certificates: CertificateSelection;
  readonly caCertificates: boolean;
  readonly adoptPolicies: boolean;
  readonly sweepSchedule: ScheduleExpression;
  readonly driftSchedule: ScheduleExpression;
  readonly certificateCheckInterval: Duration;
  /** Absent means the larger of 50 certificates and 5 % of them. */
  readonly maxDeactivationsPerSweep?: number;
  readonly cloudTrailHints: boolean;
  /** By destination. */
  readonly domainNames: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The validated props with all defaults. */
export interface Settings {
  readonly sourceRegion: string;
  readonly destinationRegions: string[];
  /** Regions that have AWS IoT Core, whatever this version of the library knows. */
  readonly regionsWithIotCore: string[];
  readonly replicationName: string;
  readonly tableName: string;
  readonly kinds: RegistryKind[];
  /** Absent: they are not replicated. */
  readonly identities?: IdentitySettings;
  /** What is replicated besides the kinds. */
  readonly features: Feature[];
  readonly enableRegistryEvents: boolean;
  readonly prefixes: PrefixesByKind;
  readonly router?: IFunction;
  /** Of the router, if there is one. */
  readonly routerVersion?: string;
  readonly confirmDeletions: boolean;
  readonly deletionMode: DeletionMode;
  readonly maxDeletionsPerMinute: number;
  readonly pausedRegions: string[];
  readonly sweepEnabled: boolean;
  readonly sweepSchedule: ScheduleExpression;
  /** Absent means the larger of 50 entities and 5 % of them. */
  readonly maxDeletionsPerSweep?: number;
  readonly registryReadShare: number;
  readonly registryWriteShare: number;
  readonly driftEnabled: boolean;
  readonly driftSchedule: ScheduleExpression;
  readonly driftMode: DriftMode;
  readonly heartbeatInterval: Duration;
  readonly logPayloads: boolean;
  readonly logLevel: ApplicationLogLevel;
  readonly tracing: boolean;
  readonly tombstoneRetention: Duration;
  readonly removalPolicy: RemovalPolicy;
  readonly pointInTimeRecovery: boolean;
  /** Absent means keys of the services themselves. */
  readonly encryption?: TableEncryptionV2;
  readonly logRetention: RetentionDays;
  /** Names of other replications that may write to the destinations. */
  readonly acknowledgedReplications: string[];
  readonly acknowledgeNagRules: boolean;
  readonly stackSynthesizer?: IReusableStackSynthesizer;
}
