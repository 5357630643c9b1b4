/** The rules of cdk-nag's AwsSolutions that the construct does not meet, with the reason. Nothing else is acknowledged. */
export interface Explanation {
  readonly rule: string;
  /** For rules with findings: the resource with a wildcard, as cdk-nag writes it. */
  readonly finding?: RegExp;
  /** Path of the resource, below the replication and without the stack of a Region. */
  readonly path: RegExp;
  readonly reason: string;
}

/** What compares a registry with its records. */
const COMPARISONS = '(Sweep|IdentitySweep|CertificateCheck|Destination/Drift|Destination/IdentityDrift)';

const ROLE = '(Role|Role/DefaultPolicy|Role/OverflowPolicy\\d+)/Resource$';
const ENTITY = /^arn:[a-z-]+:iot:[a-z0-9-]+:(\d{12}|<AWS::AccountId>):(thing|thinggroup|thingtype|policy)\/[a-zA-Z0-9:_+=,.@-]{0,128}\*$/;

export const EXPLANATIONS: readonly Explanation[] = [
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^\*$/,
    path: new RegExp(`^(Events/Identity|Destination/(Replicator/(Stream|Retry|StreamSource/)|Status/)Identity|(${COMPARISONS}|Hints)/Identity)/${ROLE}`),
    reason: 'AWS defines no resource for the actions: listings of the registry and of event source mappings, event configurations, creating a mapping (only for one function), and sending traces',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^arn:[a-z-]+:lambda:[a-z0-9-]+:(\d{12}|<AWS::AccountId>):event-source-mapping:\*$/,
    path: new RegExp(`^Destination/(Replicator/StreamSource|Status)/Identity/${ROLE}`),
    reason: 'Lambda assigns ids to event source mappings; a condition limits them to those of one function',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^arn:[a-z-]+:dynamodb:[a-z0-9-]+:(\d{12}|<AWS::AccountId>):table\/[^*]+\/stream\/\*$/,
    path: new RegExp(`^Destination/Replicator/StreamIdentity/${ROLE}`),
    reason: 'the streams of one table: a replica that is put back has another stream, named after its time',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^\*$/,
    path: new RegExp(`^(Persistence|Observations|${COMPARISONS}/Workflow)/${ROLE}`),
    reason: 'AWS defines no resource for the actions: the delivery of logs, event configurations and metrics',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: ENTITY,
    path: new RegExp(`^(Destination/Replicator/(Stream|Retry)Identity|(${COMPARISONS}|Hints)/Identity|Persistence|Observations)/${ROLE}`),
    reason: 'the replicated entities of the registry of this account and Region, limited by the prefixes of their names if there are any',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^arn:[a-z-]+:iot:[a-z0-9-]+:(\d{12}|<AWS::AccountId>):(cert|cacert)\/\*$/,
    path: new RegExp(`^(Destination/Replicator/(Stream|Retry)Identity|(${COMPARISONS}|Hints)/Identity)/${ROLE}`),
    reason: 'certificates, of devices and of authorities, have ids, not names, and IAM authorizes attaching and detaching on them, whatever they are attached to',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^<\w+\.Arn>\/(runs\/|runs\/changed-certificates\/|reports\/|latest\/certificates)\*$/,
    path: new RegExp(`^(${COMPARISONS}|Hints)/Identity/${ROLE}`),
    reason: 'the journals and reports of its own bucket, which are named after executions, and what certificate checks know, by parts',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^<\w+\.Arn>\/\*$/,
    path: new RegExp(`^${COMPARISONS}/Reports/Identity/${ROLE}`),
    reason: 'all objects of its own bucket, which it empties when the stack is deleted',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^<\w+\.Arn>:\*$/,
    path: new RegExp(`^(\\w+/)*(Framework|Workflow|(Status|CertificateCheck)/Schedule)/${ROLE}`),
    reason: 'the versions of one function of the replication, as CDK allows to invoke a function',
  },
  {
    rule: 'AwsSolutions-IAM5',
    finding: /^(<\w+(\.Arn)?>|arn:[^*]+:function:[^*]+):\*$/,
    path: new RegExp(`^(Persistence|Observations)/${ROLE}`),
    reason: 'the versions of the router, as CDK allows to invoke a function',
  },
  {
    rule: 'AwsSolutions-SQS3',
    path: /^DeadLetterQueue\/Resource$/,
    reason: 'it is a dead-letter queue of rules and a workflow; cdk-nag only recognizes redrive policies of other queues',
  },
  {
    rule: 'AwsSolutions-SQS3',
    path: /^Hints\/(Urgent)?Queue\/Resource$/,
    reason: 'what a lost message names is read by the next check or sweep, and nobody could do anything about it sooner',
  },
  {
    rule: 'AwsSolutions-SF1',
    path: /^(Persistence|Observations)\/StateMachine\/Resource$/,
    reason: 'logging every event costs more than the workflow itself, and stale events are no errors; failures are logged',
  },
  {
    rule: 'AwsSolutions-SF1',
    path: new RegExp(`^${COMPARISONS}/Workflow/StateMachine/Resource$`),
    reason: 'the history of a Standard execution is kept for 90 days by the service; the log contains failures',
  },
  {
    rule: 'AwsSolutions-SF2',
    path: /^(Persistence|Observations)\/StateMachine\/Resource$/,
    reason: 'a trace for each event costs more than the event itself; set `tracing` to enable traces',
  },
  {
    rule: 'AwsSolutions-SF2',
    path: new RegExp(`^${COMPARISONS}/Workflow/StateMachine/Resource$`),
    reason: 'the history of a Standard execution shows the same steps and times; set `tracing` to enable traces',
  },
  {
    rule: 'AwsSolutions-L1',
    path: /(Function|Replicator\/(Stream|Retry)|Provider\/framework-onEvent)\/Resource$/,
    reason: 'the runtime has long-term support and is tested, or belongs to CDK\'s own function; cdk-nag accepts only the newest one that CDK knows',
  },
  {
    rule: 'AwsSolutions-S1',
    path: /Reports\/Bucket\/Resource$/,
    reason: 'only a function writes and reads it; access logs would require another bucket in each Region',
  },
  {
    rule: 'AwsSolutions-DDB3',
    path: /^Destination\/Replicator\/State\/Resource$/,
    reason: 'restoring counts of the last minutes, and a status that is written every minute, has no use',
  },
];
