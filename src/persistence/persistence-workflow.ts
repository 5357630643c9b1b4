import { Duration, Stack } from 'aws-cdk-lib';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import {
  Choice, Condition, CustomState, DefinitionBody, Fail, IChainable, LogLevel, Parallel, Pass, QueryLanguage, StateMachine,
  StateMachineType, TaskInput, Timeout, Wait, WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import type { EntityKind } from '../kinds';
import type { Feature } from '../kinds/kind';
import { hasOwners, isObserved, knownKinds } from '../kinds/register';
import { RegistryKind } from '../registry-kind';
import { deadLetterBody } from './dead-letter';
import { Decision } from './decision';
import { DeletionStates, IS_REPLACED } from './deletion-states';
import { describeChange, DescribeOptions } from './describe-change';
import { describeObservation } from './describe-observation';
import { Outcome } from './outcome';
import { applyRouterAnswer, putRecordArguments } from './put-record';
import { CONDITION_FAILED, retries } from './retries';
import { SignalStates, TopicRule } from './signal-states';
import { noteFoundLossArguments, noteLossArguments } from './signals';
import { TableTask } from './table-task';
import { decideOnStored, readRecordArguments, replaceStoredArguments } from './unheard';
import { MARGIN_MS } from '../record/margin';
import { Attribute, SWEEP_EVENT_ID_PREFIX } from '../record/record';
import { SIGNAL_PK } from '../record/signal';
import { keyPermissions } from '../regional/customer-key';
import { jsonata } from '../regional/jsonata';
import { WorkflowMonitoring, workflowMonitoring, workflowRole } from '../regional/workflow-identity';
import { PrefixesByKind } from '../settings/settings';
import { silenceMinutes } from '../status/silence';

/** Names of the errors that the workflow itself raises; dead letters contain them. */
export const WorkflowError = { INVALID_EVENT: 'InvalidEvent', INVALID_ROUTER_ANSWER: 'InvalidRouterAnswer', CONTENDED_RECORD: 'ContendedRecord' } as const;

/**
 * Errors that recur with every attempt of the same write. Everything else (throttling, 5xx, network) is retried, so that
 * `DynamoDB.AmazonDynamoDBException` is too: a refusal of IAM, an invalid item and a table that throttles while it grows all have this name, and a
 * retrier sees only the name.
 */
const PERMANENT = [
  CONDITION_FAILED, 'DynamoDB.ResourceNotFoundException', 'DynamoDB.ItemCollectionSizeLimitExceededException', 'States.QueryEvaluationError', 'States.Permissions',
];

/** Deletions arrive out of order by milliseconds, rarely by more. An execution has five minutes for everything. */
const DELETION_WAIT_SECONDS = 4;

/** Who may start a workflow, and which input it therefore accepts. */
export enum Entrance {
  /**
   * Topic rules: only registry events. Publishing to a rule can't forge a signal, because the role of the rules may start only this workflow, and
   * it has no states for signals.
   */
  RULES,
  /** The schedule of heartbeats, and sweeps: signals, and observations of the registry. */
  OBSERVERS,
}

const COMMENTS: Readonly<Record<Entrance, string>> = {
  [Entrance.RULES]: 'Persists registry events as records, newest wins',
  [Entrance.OBSERVERS]: 'Persists heartbeats, results of sweeps and findings of sweeps, newest wins',
};

/** The maximum number of reads of a stored record when another write overtakes each of ours. Writes of one entity are seconds apart in a registry; so many in a row are no coincidence. */
const MAX_READS = 10;

export interface PersistenceWorkflowProps extends WorkflowMonitoring {
  readonly entrance: Entrance;
  readonly replicationName: string;
  readonly stateMachineName: string;
  readonly table: ITableV2;
  readonly deadLetterQueue: IQueue;
  readonly sourceRegion: string;
  readonly kinds: RegistryKind[];
  /** @default none */
  readonly features?: Feature[];
  readonly prefixes: PrefixesByKind;
  /** A digest of kinds and prefixes, for heartbeats. */
  readonly selection: string;
  /** The same of identities; absent where none are replicated. */
  readonly identitySelection?: string;
  readonly tombstoneRetention: Duration;
  readonly heartbeatInterval: Duration;
  /** The topic rules that heartbeats ask for. @default none */
  readonly topicRules?: readonly TopicRule[];
  readonly router?: IFunction;
  /** Version of the router, if there is one. */
  readonly routerVersion?: string;
  /** Whether the registry has to confirm a deletion. Sweeps have asked it before they send one. */
  readonly confirmDeletions?: boolean;
}

/**
 * Event -> record -> guarded write. An Express workflow, without a Lambda function unless there is a router.
 *
 * An Express execution runs for at most five minutes and then ends without a trace of its event. So all attempts of all tasks, with the waits
 * between them, take less than that, even if everything fails.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export class PersistenceWorkflow extends Construct {
  public readonly stateMachine: StateMachine;
  private readonly invalidEvent: Fail;
  private readonly deletions?: DeletionStates;

  constructor(scope: Construct, id: string, private readonly props: PersistenceWorkflowProps) {
    super(scope, id);
    this.deletions = props.confirmDeletions && props.entrance === Entrance.RULES ? new DeletionStates(this, 'Deletions', {
      kinds: props.kinds,
      prefixes: props.prefixes,
    }) : undefined;
    this.invalidEvent = this.fail('Invalid event', WorkflowError.INVALID_EVENT);
    const events = (props.entrance === Entrance.RULES ? this.describe() : this.describeObserved()).next(this.decide());
    const signals = props.entrance === Entrance.OBSERVERS
      ? new SignalStates(this, 'Signals', {
        ...props,
        features: props.features ?? [],
        topicRules: props.topicRules ?? [],
        tableName: props.table.tableName,
        silenceMs: this.silenceMs,
        invalid: this.invalidEvent,
      })
      : undefined;
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: props.stateMachineName,
      comment: COMMENTS[props.entrance],
      stateMachineType: StateMachineType.EXPRESS,
      queryLanguage: QueryLanguage.JSONATA,
      role: workflowRole(this, props.stateMachineName, 'Lets the persistence workflow write records and dead letters'),
      definitionBody: DefinitionBody.fromChainable(this.orDeadLetter(signals?.before(events) ?? events)),
      // At ERROR every stale event would be logged: a caught condition failure counts as an error there.
      ...workflowMonitoring(this, props.stateMachineName, LogLevel.FATAL, props),
    });
    // Not by the table's grant, which includes its indexes.
    this.stateMachine.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [props.table.tableArn] }));
    this.stateMachine.addToRolePolicy(new PolicyStatement({
      actions: ['dynamodb:UpdateItem'],
      resources: [props.table.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [SIGNAL_PK] } },
    }));
    for (const statement of signals?.permissions ?? []) this.stateMachine.addToRolePolicy(statement);
    for (const statement of keyPermissions(this, { decrypt: ['dynamodb', 'sqs'], generate: ['sqs'] })) this.stateMachine.addToRolePolicy(statement);
  }

  /** The kinds that it may have to persist: those of features are observed, and no event reports them. */
  private get kinds(): readonly EntityKind[] {
    return knownKinds(this.props.entrance === Entrance.OBSERVERS ? this.props.features : undefined);
  }

  private describe(): Pass {
    return Pass.jsonata(this, 'Describe the change', { outputs: jsonata(describeChange(this.describeOptions)) });
  }

  private describeObserved(): Pass {
    return Pass.jsonata(this, 'Describe the observation', { outputs: jsonata(describeObservation(this.describeOptions)) });
  }

  private get describeOptions(): DescribeOptions {
    const { sourceRegion, kinds, features, prefixes, tombstoneRetention } = this.props;
    return {
      sourceRegion,
      kinds,
      features,
      prefixes: { ...prefixes },
      tombstoneRetentionSeconds: tombstoneRetention.toSeconds(),
    };
  }

  private decide(): Choice {
    const persist = this.persist();
    const work = this.props.router ? this.route(this.props.router, persist) : persist;
    return Choice.jsonata(this, 'Is it replicated?')
      .when(decided(Decision.REPLICATE), this.deletions?.before(work) ?? work)
      .when(decided(Decision.FILTERED), this.end('Filtered', Outcome.FILTERED))
      .when(decided(Decision.IGNORED), this.end('Ignored', Outcome.IGNORED))
      .otherwise(this.invalidEvent);
  }

  private route(router: IFunction, persist: IChainable): IChainable {
    const ask = LambdaInvoke.jsonata(this, 'Ask the router', {
      lambdaFunction: router,
      payload: TaskInput.fromObject({ record: '{% $states.input.record %}', event: '{% $states.context.Execution.Input %}' }),
      outputs: jsonata(applyRouterAnswer(Decision, this.kinds, this.props.routerVersion ?? '', this.deletions ? [IS_REPLACED] : [])),
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(Duration.seconds(20)),
    });
    ask.addRetry({ errors: ['States.QueryEvaluationError'], maxAttempts: 0 });
    ask.addRetry(retries(3));
    return ask.next(Choice.jsonata(this, 'Does the router let it pass?')
      .when(decided(Decision.REPLICATE), persist)
      .when(decided(Decision.FILTERED), this.end('Filtered by the router', Outcome.FILTERED))
      .otherwise(this.fail('Invalid answer of the router', WorkflowError.INVALID_ROUTER_ANSWER)));
  }

  /** A CustomState, because DynamoPutItem accepts no maps that JSONata computes. */
  private persist(): IChainable {
    const { tableName } = this.props.table;
    const persist = this.tableTask('Persist the record', 'putItem', {
      TimeoutSeconds: 8, Arguments: putRecordArguments(tableName, this.kinds), Output: persistedOutput('$states.input.record', '$states.result.Attributes'),
    });
    persist.addRetry(retries(5));
    const stale = this.end('Stale or duplicate', Outcome.STALE);
    const done = this.end('Persisted', Outcome.PERSISTED);
    const persisted = Choice.jsonata(this, 'Has its time gone back?')
      .when(Condition.jsonata('{% $states.input.hasGoneBack = true %}'), this.note('Note that a clock is wrong', noteLossArguments(tableName, this.silenceMs), done))
      .otherwise(done);
    persist.next(persisted);
    const replace = this.replace(persisted, stale);
    const refused = Choice.jsonata(this, 'Can it replace a live incarnation?')
      .when(Condition.jsonata(`{% $states.input.kind in ${JSON.stringify(this.kinds.filter(hasOwners))} %}`), stale)
      .otherwise(replace);
    persist.addCatch(refused, { errors: [CONDITION_FAILED] });
    if (!this.deletions) return persist;
    // The condition would let a deletion of any other incarnation end the stored one if its time is later. Both time and id can be forged.
    return Choice.jsonata(this, 'Is it of a former incarnation?')
      .when(Condition.jsonata(`{% $states.input.${IS_REPLACED} = true %}`), replace)
      .otherwise(persist);
  }

  /**
   * Decides by the stored record where the condition of the write could not. It waits some seconds for a late deletion. Whenever the stored record
   * has been replaced meanwhile, it is read again. If it keeps changing, the event ends in the dead-letter queue: an execution that only stops after five
   * minutes would leave no trace of the event.
   */
  private replace(persisted: IChainable, stale: Pass): IChainable {
    const { tableName } = this.props.table;
    const read = this.tableTask('Read what is stored', 'getItem', { TimeoutSeconds: 2, Arguments: readRecordArguments(tableName), Output: decideOnStored(this.kinds, this.deletions && IS_REPLACED) });
    read.addRetry(retries(3));
    const write = this.tableTask('Replace what is stored', 'putItem', { TimeoutSeconds: 2, Arguments: replaceStoredArguments(tableName), Output: persistedOutput('$states.input.item', '$states.input.stored', true) });
    write.addRetry(retries(3));
    write.addCatch(read, { errors: [CONDITION_FAILED] });
    write.next(persisted);
    const isOfSweep = `$substring($states.input.record.${Attribute.EVENT_ID}, 0, ${SWEEP_EVENT_ID_PREFIX.length}) = '${SWEEP_EVENT_ID_PREFIX}'`;
    const isMissed = `$states.input.isUnheard and $not($states.input.kind in ${JSON.stringify(this.kinds.filter(isObserved))})`;
    const wait = Wait.jsonata(this, 'Wait for its deletion event', {
      time: WaitTime.duration(Duration.seconds(DELETION_WAIT_SECONDS)),
      outputs: "{% $merge([$states.input, { 'hasWaited': true }]) %}",
    });
    const contended = Fail.jsonata(this, 'The record keeps changing', {
      error: WorkflowError.CONTENDED_RECORD,
      cause: `the stored record changed between read and write ${MAX_READS} times in a row; start the event again`,
    });
    return read.next(Choice.jsonata(this, 'What does it replace?')
      .when(Condition.jsonata(`{% $states.input.reads > ${MAX_READS} %}`), contended)
      .when(Condition.jsonata('{% $states.input.isUnheard and $not($exists($states.input.hasWaited)) %}'), wait.next(read))
      .when(Condition.jsonata(`{% ${isMissed} and ${isOfSweep} %}`), this.note('Note that the sweep has found a lost event', noteFoundLossArguments(tableName), write))
      .when(Condition.jsonata(`{% ${isMissed} %}`), this.note('Note that an event was lost', noteLossArguments(tableName, this.silenceMs), write))
      .when(Condition.jsonata('{% $exists($states.input.item) %}'), write)
      .otherwise(stale));
  }

  /**
   * Notes in the heartbeat's item that changes were lost. Before a record shows that, where it is known before: the records that show it are all that tells the others. Whatever can't be
   * noted makes the event a dead letter.
   */
  private note(id: string, noteArguments: Record<string, unknown>, next: IChainable): IChainable {
    const note = this.tableTask(id, 'updateItem', { TimeoutSeconds: 2, Arguments: noteArguments, Output: '{% $states.input %}' });
    note.addRetry(retries(3));
    note.addCatch(next, { errors: [CONDITION_FAILED] });
    note.next(next);
    return note;
  }

  private get silenceMs(): number {
    return silenceMinutes(this.props.heartbeatInterval.toMinutes()) * 60_000;
  }

  private tableTask(id: string, action: string, fields: Record<string, unknown>): CustomState {
    const state = new TableTask(this, id, { stateJson: { Type: 'Task', Resource: `arn:${Stack.of(this).partition}:states:::dynamodb:${action}`, ...fields } });
    state.addRetry({ errors: PERMANENT, maxAttempts: 0 });
    return state;
  }

  /**
   * One Catch for all states: Pass and Choice can't catch, a Parallel around them can.
   *
   * Errors that no Catch sees (`States.Runtime`, a data limit) appear in the metric ExecutionsFailed, which is why an execution that was
   * dead-lettered ends well.
   */
  private orDeadLetter(work: IChainable): IChainable {
    const deadLetter = SqsSendMessage.jsonata(this, 'Dead-letter the event', {
      queue: this.props.deadLetterQueue,
      messageBody: TaskInput.fromText(jsonata(deadLetterBody())),
      outputs: { outcome: Outcome.DEAD_LETTERED },
      taskTimeout: Timeout.duration(Duration.seconds(5)),
    });
    deadLetter.addRetry(retries(5));
    return Parallel.jsonata(this, 'Persist the change', { outputs: '{% $states.result[0] %}' })
      .branch(work)
      .addCatch(deadLetter, { errors: ['States.ALL'], outputs: '{% $states.errorOutput %}' });
  }

  private end(id: string, outcome: string): Pass {
    return Pass.jsonata(this, id, { outputs: { outcome } });
  }

  private fail(id: string, error: string): Fail {
    return Fail.jsonata(this, id, { error, cause: '{% $states.input.reason %}' });
  }
}

/**
 * The output of a write that has succeeded: whether the record is older than the one that it has replaced, by more than clocks and redrives explain.
 *
 * @param isItem whether the record is as DynamoDB has it
 */
function persistedOutput(record: string, before: string, isItem = false): string {
  const timestamp = isItem ? `$number(${record}.${Attribute.TIMESTAMP}.N)` : `${record}.${Attribute.TIMESTAMP}`;
  return jsonata(`{ 'outcome': '${Outcome.PERSISTED}', 'hasGoneBack': ${timestamp} < $number(${before}.${Attribute.TIMESTAMP}.N) - ${MARGIN_MS} }`);
}

function decided(decision: string): Condition {
  return Condition.jsonata(`{% $states.input.decision = '${decision}' %}`);
}
