import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Condition, CustomState, IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Outcome } from './outcome';
import { CONDITION_FAILED, retries } from './retries';
import {
  certificateCheckItem, continueHeartbeatArguments, followHeartbeat, heartbeatItem, HeartbeatReplicated, isSignal, offRule, putHeartbeatArguments,
  putSignalArguments, readHeartbeatArguments, ruleAnswer, sweepItem, unknowingHeartbeatItem, unknownRule, withRules,
} from './signals';
import { TableTask } from './table-task';
import { Dimension, EmittedMetric, NAMESPACE, SourceMetrics } from '../metrics/metric-names';
import type { Feature } from '../record/feature';
import { HeartbeatSignal, SignalEvent } from '../record/signal';
import { jsonata } from '../regional/jsonata';
import { allowUnscoped } from '../regional/unscoped-actions';
import { RegistryKind } from '../registry-kind';

/** Milliseconds are usual, and the next heartbeat follows in a minute. */
const TIMEOUT_SECONDS = 5;
const INPUT = '{% $states.input %}';

/** A rule, and the kind of the events that it takes. */
export interface TopicRule {
  readonly kind: RegistryKind;
  readonly name: string;
  readonly arn: string;
}

/** With AWS IoT, the first error means that there is no such rule. */
const NO_RULE = ['Iot.UnauthorizedException', 'Iot.ResourceNotFoundException'];

export interface SignalStatesProps {
  readonly replicationName: string;
  readonly tableName: string;
  readonly sourceRegion: string;
  /** Milliseconds without a heartbeat after which the source was silent. */
  readonly silenceMs: number;
  /** The kinds whose registry events have to be on. */
  readonly kinds: readonly RegistryKind[];
  /** Those that have to be on. */
  readonly topicRules: readonly TopicRule[];
  /** What sends signals of its own. */
  readonly features: readonly Feature[];
  /** A digest of the kinds and prefixes that are replicated. */
  readonly selection: string;
  /** The same of identities; absent where none are replicated. */
  readonly identitySelection?: string;
  /** Version of the router, if there is one. */
  readonly routerVersion?: string;
  /** The outcome for a signal that can't become an item, for the reason in its input. */
  readonly invalid: IChainable;
}

/**
 * The states that persist signals of the pipeline itself: heartbeats, and results of sweeps.
 *
 * A signal that can't be persisted does not become a dead letter: it has no meaning afterwards, and the alarms of the destinations detect its absence. An
 * invalid signal does: somebody else sent it.
 */
export class SignalStates extends Construct {
  private readonly lost: Pass;
  private readonly stale: Pass;

  constructor(scope: Construct, id: string, private readonly props: SignalStatesProps) {
    super(scope, id);
    this.lost = this.end('Signal lost', Outcome.MISSED);
    this.stale = this.end('Newer signal stored', Outcome.STALE);
  }

  /** Continues with `otherwise` for everything that is no signal. */
  public before(otherwise: IChainable): Choice {
    const { sourceRegion, features, invalid } = this.props;
    const persisted = this.persisted();
    const persist = this.persist(persisted);
    const heartbeat = this.askForRules(this.continueHeartbeat(persisted));
    const isSweep = Choice.jsonata(this, 'Is it a result of a sweep?')
      .when(Condition.jsonata('{% $exists($states.input.reason) %}'), invalid)
      .otherwise(persist);
    const described = (title: string, event: SignalEvent) => Pass.jsonata(this, title, { outputs: sweepItem(event, sourceRegion) }).next(isSweep);
    const choice = Choice.jsonata(this, 'Is it a signal?')
      .when(Condition.jsonata(isSignal('REPLICATION_HEARTBEAT')), this.ask(heartbeat).next(heartbeat))
      .when(Condition.jsonata(isSignal('REPLICATION_SWEEP')), described('Describe the sweep', 'REPLICATION_SWEEP'));
    if (features.includes('identities')) {
      choice.when(Condition.jsonata(isSignal('REPLICATION_IDENTITY_SWEEP')), described('Describe the sweep of identities', 'REPLICATION_IDENTITY_SWEEP'));
      choice.when(Condition.jsonata(isSignal('REPLICATION_CERTIFICATE_CHECK')), this.describeCheck(persist));
    }
    return choice.otherwise(otherwise);
  }

  /** The permissions of the workflow's role for these states, besides putting items into the table. */
  public get permissions(): PolicyStatement[] {
    const { topicRules } = this.props;
    return [
      ...topicRules.length > 0 ? [new PolicyStatement({ actions: ['iot:GetTopicRule'], resources: topicRules.map(({ arn }) => arn) })] : [],
      // Neither has a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiot.html, list_amazoncloudwatch.html
      allowUnscoped(this, ['iot:DescribeEventConfigurations']),
      allowUnscoped(this, ['cloudwatch:PutMetricData'], { 'cloudwatch:namespace': NAMESPACE }),
    ];
  }

  private describeCheck(persist: IChainable): Pass {
    const check = Pass.jsonata(this, 'Describe the certificate check', { outputs: certificateCheckItem(this.props.sourceRegion) });
    check.next(Choice.jsonata(this, 'Is it a result of a certificate check?')
      .when(Condition.jsonata('{% $exists($states.input.reason) %}'), this.props.invalid)
      .otherwise(persist));
    return check;
  }

  /** Which registry events are on: a source whose events are off looks like one without changes. */
  private ask(next: IChainable): CustomState {
    const { props: { sourceRegion, kinds }, replicated } = this;
    const ask = this.task('Ask which registry events are on', 'aws-sdk:iot:describeEventConfigurations', { Arguments: {}, Output: heartbeatItem(sourceRegion, kinds, replicated) });
    const unknown = Pass.jsonata(this, 'Send the heartbeat anyway', { outputs: unknowingHeartbeatItem(sourceRegion, kinds, replicated) });
    ask.addCatch(unknown.next(next), { errors: ['States.ALL'] });
    return ask;
  }

  /** Which topic rules are on: nothing of a kind whose rule is disabled or deleted arrives. The calls are free, and made at once. */
  private askForRules(next: IChainable): IChainable {
    const { topicRules } = this.props;
    if (topicRules.length === 0) return next;
    const ask = Parallel.jsonata(this, 'Ask which topic rules are on', { outputs: withRules() });
    for (const rule of topicRules) ask.branch(this.askForRule(rule));
    return ask.next(next);
  }

  private askForRule({ kind, name: RuleName }: TopicRule): CustomState {
    const ask = this.task(`Ask for the topic rule of ${kind}`, 'aws-sdk:iot:getTopicRule', { Arguments: { RuleName }, Output: ruleAnswer(kind) });
    ask.addCatch(Pass.jsonata(this, `The topic rule of ${kind} is gone`, { outputs: jsonata(offRule(kind)) }), { errors: NO_RULE });
    ask.addCatch(Pass.jsonata(this, `The topic rule of ${kind} is unknown`, { outputs: jsonata(unknownRule(kind)) }), { errors: ['States.ALL'] });
    return ask;
  }

  private get replicated(): HeartbeatReplicated {
    const { selection, routerVersion, identitySelection } = this.props;
    return { selection, routerVersion, identitySelection };
  }

  /**
   * A heartbeat that continues the one before it costs one call, as any other signal does. One that doesn't is refused, reads that one, and replaces it.
   */
  private continueHeartbeat(persisted: IChainable): CustomState {
    const { props: { tableName, silenceMs }, replicated } = this;
    const replace = this.put('Replace the heartbeat before it', putHeartbeatArguments(tableName), persisted);
    const read = this.task('Read the heartbeat before it', 'dynamodb:getItem', { Arguments: readHeartbeatArguments(tableName), Output: followHeartbeat(silenceMs) });
    read.addCatch(this.lost, { errors: ['States.ALL'] });
    read.next(replace);
    const heartbeat = this.task('Persist the heartbeat', 'dynamodb:updateItem', { Arguments: continueHeartbeatArguments(tableName, silenceMs, replicated), Output: INPUT }, [CONDITION_FAILED]);
    heartbeat.addCatch(read, { errors: [CONDITION_FAILED] });
    heartbeat.addCatch(this.lost, { errors: ['States.ALL'] });
    heartbeat.next(persisted);
    return heartbeat;
  }

  private persist(persisted: IChainable): CustomState {
    return this.put('Persist the signal', putSignalArguments(this.props.tableName), persisted);
  }

  private put(id: string, putArguments: Record<string, unknown>, persisted: IChainable): CustomState {
    const put = this.task(id, 'dynamodb:putItem', { Arguments: putArguments, Output: INPUT }, [CONDITION_FAILED]);
    put.addCatch(this.stale, { errors: [CONDITION_FAILED] });
    put.addCatch(this.lost, { errors: ['States.ALL'] });
    put.next(persisted);
    return put;
  }

  private persisted(): Choice {
    const done = this.end('Signal persisted', Outcome.PERSISTED);
    return Choice.jsonata(this, 'Is something wrong with registry events?')
      .when(Condition.jsonata('{% $count($append($states.input.state.registryEventsOff, $states.input.state.registryEventsUnknown)) > 0 %}'), this.tellOfEvents(done))
      .otherwise(done);
  }

  /** The call is billed, so it is made only if there is something to report. The heartbeat is already persisted, whatever the outcome. */
  private tellOfEvents(done: Pass): CustomState {
    const { replicationName, sourceRegion } = this.props;
    const Dimensions = [{ Name: Dimension.REPLICATION_NAME, Value: replicationName }, { Name: Dimension.REGION, Value: sourceRegion }];
    const datum = ({ name, unit }: EmittedMetric, field: keyof HeartbeatSignal) => (
      { MetricName: name, Unit: unit, Value: `{% $count($states.input.state.${field}) %}`, Dimensions }
    );
    const tell = this.task('Report what is wrong with registry events', 'aws-sdk:cloudwatch:putMetricData', {
      Arguments: {
        Namespace: NAMESPACE,
        MetricData: [
          datum(SourceMetrics.REGISTRY_EVENTS_OFF, 'registryEventsOff'),
          datum(SourceMetrics.REGISTRY_EVENTS_UNKNOWN, 'registryEventsUnknown'),
        ],
      },
      Output: INPUT,
    });
    tell.addCatch(done, { errors: ['States.ALL'] });
    tell.next(done);
    return tell;
  }

  private task(id: string, action: string, fields: Record<string, unknown>, permanent: string[] = []): CustomState {
    const state = new TableTask(this, id, {
      stateJson: { Type: 'Task', Resource: `arn:${Stack.of(this).partition}:states:::${action}`, TimeoutSeconds: TIMEOUT_SECONDS, ...fields },
    });
    if (permanent.length > 0) state.addRetry({ errors: permanent, maxAttempts: 0 });
    state.addRetry(retries(3));
    return state;
  }

  private end(id: string, outcome: string): Pass {
    return Pass.jsonata(this, id, { outputs: { outcome } });
  }
}
