import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { CertificateCheck } from './certificate-check/certificate-check';
import { selectionOf, selectionDigest } from './comparison/selection-of';
import { RegistryEvents } from './events/registry-events';
import { TopicRules } from './events/topic-rules';
import { Hints } from './hints/hints';
import { Entrance, PersistenceWorkflow } from './persistence/persistence-workflow';
import { PhysicalNames } from './record/physical-names';
import { HEARTBEAT_EVENT } from './record/signal';
import { encryptWith } from './regional/customer-key';
import { DeadLetterQueue } from './regional/dead-letter-queue';
import { MarkerRole } from './regional/marker';
import { MarkerParameter } from './regional/marker-parameter';
import { RunSchedule } from './regional/run-schedule';
import { isCustomerManaged } from './settings/encryption';
import { Settings } from './settings/settings';
import { Sweep, SweepProps } from './sweep/sweep';
import { RegistryTable } from './table/registry-table';

/** Id of the global table, below the scope that contains the source. */
export const TABLE_ID = 'Table';

/**
 * Creates the rooms of the source in a scope. A function and no construct: another construct in the path would change the logical ids of everything that is deployed.
 */
export function createSource(scope: Construct, settings: Settings, names: PhysicalNames): void {
  const { encryption, kinds, logRetention } = settings;
  if (isCustomerManaged(encryption)) encryptWith(scope, encryption.tableKey, settings.replicationName);
  new MarkerParameter(scope, 'Marker', MarkerRole.SOURCE, settings);
  const table = new RegistryTable(scope, TABLE_ID, { ...settings, replicaRegions: settings.destinationRegions });
  const deadLetterQueue = new DeadLetterQueue(scope, 'DeadLetterQueue', names.deadLetterQueue);
  const workflowProps = {
    ...settings,
    table: table.table,
    deadLetterQueue,
    selection: selectionDigest(selectionOf(settings)),
    identitySelection: settings.identities && selectionDigest(selectionOf(settings, 'identities')),
  };
  const persistence = new PersistenceWorkflow(scope, 'Persistence', { ...workflowProps, stateMachineName: names.persistenceWorkflow, entrance: Entrance.RULES });
  const rules = new TopicRules(scope, 'Rules', {
    replicationName: settings.replicationName,
    kinds,
    workflow: persistence.stateMachine,
    deadLetterQueue,
  });
  const observations = new PersistenceWorkflow(scope, 'Observations', {
    ...workflowProps,
    stateMachineName: names.observationWorkflow,
    entrance: Entrance.OBSERVERS,
    topicRules: rules.rules,
  });
  const pipeline = [table, deadLetterQueue, persistence, observations, rules];
  const events = settings.enableRegistryEvents
    ? [new RegistryEvents(scope, 'Events', { functionName: names.registryEventsFunction, kinds, logRetention, after: pipeline })]
    : [];
  new RunSchedule(scope, 'Heartbeat', {
    // A late heartbeat is useless: the next one follows.
    target: (options) => new StepFunctionsStartExecution(observations.stateMachine, { ...options, retryAttempts: 0 }),
    schedule: ScheduleExpression.rate(settings.heartbeatInterval),
    description: `Sends the heartbeat of the replication ${settings.replicationName}`,
    input: HEARTBEAT_EVENT,
    // Sent earlier, it would find them off: a gap that the first sweep begins too early to end.
    after: [...pipeline, ...events],
  });
  createObservers(scope, {
    settings,
    names,
    tableArn: table.table.tableArn,
    after: [...pipeline, ...events],
    observationWorkflow: observations.stateMachine,
  });
}

/** What reads the registry and persists what it observes. */
function createObservers(scope: Construct, props: SweepProps): void {
  const { identities } = props.settings;
  Sweep.ofRegistry(scope, 'Sweep', props);
  if (!identities) return;
  const { bucket } = Sweep.ofIdentities(scope, 'IdentitySweep', identities, props);
  new CertificateCheck(scope, 'CertificateCheck', { ...props, identities, bucket });
  new Hints(scope, 'Hints', { ...props, bucket, cloudTrail: identities.cloudTrailHints });
}
