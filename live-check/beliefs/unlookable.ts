import type { Unlookable } from '../belief';

/** What a person has to look at: it takes a deployment, hours, more than a few cents, or a switch of the whole account. */
export const UNLOOKABLE: readonly Unlookable[] = [
  {
    id: 'deployment-first',
    topic: 'deployment',
    statement: 'a first deployment of the library succeeds, and a thing that is created in the source is in the destination seconds later',
    why: 'it takes the CDK CLI, a bootstrapped account, and an app',
    byHand: 'npx cdk deploy --all, aws iot create-thing --region SOURCE --thing-name probe-1, and 20 seconds later aws iot describe-thing --region DESTINATION --thing-name probe-1',
  },
  {
    id: 'deployment-failed-first',
    topic: 'deployment',
    statement: 'a first deployment that has failed can be repeated after the commands of docs/operations.md',
    why: 'a roll-back of a global table may leave it for 24 hours; table-deleted-soon looks at that part',
    byHand: 'create the bucket of the destination, whose name a synth tells, deploy, let it roll back, and follow docs/operations.md',
  },
  {
    id: 'deployment-source-arn',
    topic: 'deployment',
    statement: 'Step Functions sends the exact ARN of a workflow as aws:SourceArn, for nested executions too',
    why: 'CloudTrail shows it up to a quarter of an hour later, among the account\'s own events; workflow-trust-express and workflow-trust-standard look at what follows from it',
    byHand: 'aws cloudtrail lookup-events --region SOURCE --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole, and look for states.amazonaws.com',
  },
  {
    id: 'deployment-workflow-logs',
    topic: 'deployment',
    statement: 'a workflow whose role trusts its exact ARN can be created with a log group',
    why: 'delivery of logs changes a resource policy that the account has once in each Region',
    byHand: 'the first deployment does it: aws stepfunctions describe-state-machine --state-machine-arn ARN --query loggingConfiguration',
  },
  {
    id: 'event-dynamic-group',
    topic: 'events',
    statement: 'events of a dynamic thing group have a dynamicGroupMappingId, and its memberships send no events',
    why: 'dynamic groups need fleet indexing, which is one switch of the whole account in a Region and takes hours in a large one',
    byHand: 'with indexing on: a topic rule on $aws/events/# with a queue, aws iot create-dynamic-thing-group, then things that its query finds',
  },
  {
    id: 'registry-detach-unattached',
    topic: 'registry',
    statement: 'DetachThingPrincipal of a certificate that is not attached succeeds',
    why: 'a certificate has neither name nor tags: one that a killed run has left could not be found again',
    byHand: 'aws iot detach-thing-principal with a thing and a certificate of your own that is not attached to it',
  },
  {
    id: 'queue-idle-metric',
    topic: 'queues',
    statement: 'CloudWatch has no values of a queue that nobody has used for six hours, even if it has messages',
    why: 'it takes eight hours',
    byHand: 'send a message to a queue, wait eight hours, aws cloudwatch get-metric-statistics --namespace AWS/SQS --metric-name ApproximateNumberOfMessagesVisible',
  },
  {
    id: 'account-registry-quotas',
    topic: 'account',
    statement: 'the account has the default rates of the registry, or more',
    why: 'quotas are the account\'s own to know, and are not needed for a report',
    byHand: 'aws service-quotas list-service-quotas --service-code iotcore --query "Quotas[?contains(QuotaName,\'Thing\')].[QuotaName,Value]"',
  },
  {
    id: 'account-full-sweep',
    topic: 'account',
    statement: 'a sweep at the full share of the quotas is not throttled by Step Functions',
    why: 'it takes a registry of some hundred thousand things',
    byHand: 'sweep such a registry, and look at ExecutionThrottled and ThrottledEvents of AWS/States',
  },
];
