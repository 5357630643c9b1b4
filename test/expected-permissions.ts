/**
 * What every role may do and who may take it on, as `written` writes it: a change of what the construct allows is a change of this file.
 *
 * Of a replication `fleet` with a router, all names, and the destinations eu-west-1 and another one.
 */
type ByRole = Readonly<Record<string, readonly string[]>>;

/** In the source. */
export const SOURCE_STATEMENTS: ByRole = {
  // The rules' own: no state of it is about signals.
  ReplicationPersistence: [
    'dynamodb:GetItem, dynamodb:PutItem -> <ReplicationTable>',
    'dynamodb:UpdateItem -> <ReplicationTable> if dynamodb:LeadingKeys ForAllValues:StringEquals signal',
    'lambda:InvokeFunction -> arn:aws:lambda:us-east-1:111122223333:function:router, arn:aws:lambda:us-east-1:111122223333:function:router:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
    'sqs:SendMessage -> <ReplicationDeadLetterQueue>',
  ],
  ReplicationObservations: [
    'cloudwatch:PutMetricData -> * if aws:RequestedRegion StringEquals us-east-1 and cloudwatch:namespace StringEquals IotRegistryReplication',
    'dynamodb:GetItem, dynamodb:PutItem -> <ReplicationTable>',
    'dynamodb:UpdateItem -> <ReplicationTable> if dynamodb:LeadingKeys ForAllValues:StringEquals signal',
    'iot:DescribeEventConfigurations -> * if aws:RequestedRegion StringEquals us-east-1',
    'iot:GetTopicRule -> <ReplicationRulesTHING>, <ReplicationRulesTHINGGROUP>, <ReplicationRulesTHINGGROUPMEMBERSHIP>, <ReplicationRulesTHINGTYPE>',
    'lambda:InvokeFunction -> arn:aws:lambda:us-east-1:111122223333:function:router, arn:aws:lambda:us-east-1:111122223333:function:router:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
    'sqs:SendMessage -> <ReplicationDeadLetterQueue>',
  ],
  ReplicationRules: [
    'sqs:SendMessage -> <ReplicationDeadLetterQueue>',
    'states:StartExecution -> <ReplicationPersistenceStateMachine>',
  ],
  ReplicationHeartbeat: ['states:StartExecution -> <ReplicationObservationsStateMachine>'],
  ReplicationEventsIdentity: [
    'iot:DescribeEventConfigurations, iot:UpdateEventConfigurations -> * if aws:RequestedRegion StringEquals us-east-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationEventsIdentityLogs>',
  ],
  ReplicationEventsFramework: [
    'lambda:GetFunction -> <ReplicationEventsFunction>',
    'lambda:InvokeFunction -> <ReplicationEventsFunction>, <ReplicationEventsFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationEventsFrameworkLogs>',
  ],
  ReplicationSweepReportsIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationSweepReportsIdentityLogs>',
    's3:DeleteObject -> <ReplicationSweepReportsBucket>/*',
    's3:ListBucket -> <ReplicationSweepReportsBucket>',
  ],
  ReplicationSweepReportsFramework: [
    'lambda:GetFunction -> <ReplicationSweepReportsFunction>',
    'lambda:InvokeFunction -> <ReplicationSweepReportsFunction>, <ReplicationSweepReportsFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationSweepReportsFrameworkLogs>',
  ],
  ReplicationSweepIdentity: [
    'dynamodb:BatchGetItem, dynamodb:Scan -> <ReplicationTable>',
    'iot:DescribeThing, iot:ListThingGroupsForThing -> arn:aws:iot:us-east-1:111122223333:thing/*',
    'iot:DescribeThingGroup, iot:ListThingsInThingGroup -> arn:aws:iot:us-east-1:111122223333:thinggroup/*',
    'iot:DescribeThingType -> arn:aws:iot:us-east-1:111122223333:thingtype/*',
    'iot:ListThingGroups, iot:ListThingTypes, iot:ListThings -> * if aws:RequestedRegion StringEquals us-east-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationSweepIdentityLogs>',
    's3:GetObject, s3:PutObject -> <ReplicationSweepReportsBucket>/latest/left.json',
    's3:GetObject, s3:PutObject -> <ReplicationSweepReportsBucket>/runs/*',
    's3:ListBucket -> <ReplicationSweepReportsBucket>',
    's3:PutObject -> <ReplicationSweepReportsBucket>/reports/*',
    'states:ListExecutions -> arn:aws:states:us-east-1:111122223333:stateMachine:fleet-sweep',
    'states:StartSyncExecution -> <ReplicationObservationsStateMachine>',
  ],
  ReplicationSweepWorkflow: [
    'lambda:InvokeFunction -> <ReplicationSweepFunction>, <ReplicationSweepFunction>:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
  ],
  ReplicationSweepFirstRunIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationSweepFirstRunIdentityLogs>',
    'states:StartExecution -> <ReplicationSweepWorkflowStateMachine>',
  ],
  ReplicationSweepFirstRunFramework: [
    'lambda:GetFunction -> <ReplicationSweepFirstRunFunction>',
    'lambda:InvokeFunction -> <ReplicationSweepFirstRunFunction>, <ReplicationSweepFirstRunFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationSweepFirstRunFrameworkLogs>',
  ],
  ReplicationSweepSchedule: ['states:StartExecution -> <ReplicationSweepWorkflowStateMachine>'],
};

/** In a destination. */
export const DESTINATION_STATEMENTS: ByRole = {
  DestinationReplicatorStreamSourceIdentity: [
    'dynamodb:DescribeTable -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:GetItem -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet if dynamodb:LeadingKeys ForAllValues:StringEquals signal',
    'dynamodb:GetItem, dynamodb:PutItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'dynamodb:Query -> <DestinationReplicatorState>/index/waiting',
    'lambda:CreateEventSourceMapping -> * if aws:RequestedRegion StringEquals eu-west-1 and lambda:FunctionArn StringEquals arn:aws:lambda:eu-west-1:111122223333:function:fleet-replicator',
    'lambda:DeleteEventSourceMapping, lambda:UpdateEventSourceMapping -> arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:* if lambda:FunctionArn StringEquals arn:aws:lambda:eu-west-1:111122223333:function:fleet-replicator',
    'lambda:ListEventSourceMappings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationReplicatorStreamSourceIdentityLogs>',
    'sqs:GetQueueAttributes -> <DestinationReplicatorDeadLetterQueue>, <DestinationReplicatorRetryQueue>',
  ],
  DestinationReplicatorStreamSourceFramework: [
    'lambda:GetFunction -> <DestinationReplicatorStreamSourceFunction>',
    'lambda:InvokeFunction -> <DestinationReplicatorStreamSourceFunction>, <DestinationReplicatorStreamSourceFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationReplicatorStreamSourceFrameworkLogs>',
  ],
  DestinationReplicatorStreamIdentity: [
    'dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike waiting#*, watch#*',
    'dynamodb:DescribeStream, dynamodb:GetRecords, dynamodb:GetShardIterator -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet/stream/*',
    'dynamodb:GetItem -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:GetItem, dynamodb:PutItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'dynamodb:ListStreams -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet/stream/*',
    'dynamodb:Query -> <DestinationReplicatorState>/index/waiting',
    'dynamodb:Query -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet, arn:aws:dynamodb:eu-west-1:111122223333:table/fleet/index/members',
    'dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike deletions#*',
    'iot:AddThingToThingGroup, iot:RemoveThingFromThingGroup -> arn:aws:iot:eu-west-1:111122223333:thing/*, arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:CreateThing, iot:DeleteThing, iot:DescribeThing, iot:DetachThingPrincipal, iot:ListThingGroupsForThing, iot:ListThingPrincipals, iot:UpdateThing -> arn:aws:iot:eu-west-1:111122223333:thing/*',
    'iot:CreateThingGroup, iot:DeleteThingGroup, iot:UpdateThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:CreateThingType, iot:DeleteThingType, iot:DeprecateThingType, iot:UpdateThingType -> arn:aws:iot:eu-west-1:111122223333:thingtype/*',
    'iot:DescribeThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:DescribeThingType -> arn:aws:iot:eu-west-1:111122223333:thingtype/*',
    'iot:DetachThingPrincipal -> arn:aws:iot:eu-west-1:111122223333:cert/*',
    'iot:ListThings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationReplicatorStreamIdentityLogs>',
    'sqs:GetQueueAttributes -> <DestinationReplicatorDeadLetterQueue>, <DestinationReplicatorRetryQueue>',
    'sqs:SendMessage -> <DestinationReplicatorDeadLetterQueue>, <DestinationReplicatorRetryQueue>',
  ],
  DestinationReplicatorRetryIdentity: [
    'dynamodb:BatchGetItem, dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike waiting#*, watch#*',
    'dynamodb:GetItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'dynamodb:GetItem -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:Query -> <DestinationReplicatorState>/index/waiting',
    'dynamodb:Query -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet, arn:aws:dynamodb:eu-west-1:111122223333:table/fleet/index/members',
    'dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike deletions#*',
    'iot:AddThingToThingGroup, iot:RemoveThingFromThingGroup -> arn:aws:iot:eu-west-1:111122223333:thing/*, arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:CreateThing, iot:DeleteThing, iot:DescribeThing, iot:DetachThingPrincipal, iot:ListThingGroupsForThing, iot:ListThingPrincipals, iot:UpdateThing -> arn:aws:iot:eu-west-1:111122223333:thing/*',
    'iot:CreateThingGroup, iot:DeleteThingGroup, iot:UpdateThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:CreateThingType, iot:DeleteThingType, iot:DeprecateThingType, iot:UpdateThingType -> arn:aws:iot:eu-west-1:111122223333:thingtype/*',
    'iot:DescribeThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:DescribeThingType -> arn:aws:iot:eu-west-1:111122223333:thingtype/*',
    'iot:DetachThingPrincipal -> arn:aws:iot:eu-west-1:111122223333:cert/*',
    'iot:ListThings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationReplicatorRetryIdentityLogs>',
    'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage -> <DestinationReplicatorRetryQueue>',
    'sqs:SendMessage -> <DestinationReplicatorDeadLetterQueue>, <DestinationReplicatorRetryQueue>',
  ],
  DestinationStatusIdentity: [
    'dynamodb:DescribeTable -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:GetItem -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet if dynamodb:LeadingKeys ForAllValues:StringEquals signal',
    'dynamodb:GetItem, dynamodb:PutItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'dynamodb:Query -> <DestinationReplicatorState>/index/waiting',
    'lambda:CreateEventSourceMapping -> * if aws:RequestedRegion StringEquals eu-west-1 and lambda:FunctionArn StringEquals arn:aws:lambda:eu-west-1:111122223333:function:fleet-replicator',
    'lambda:DeleteEventSourceMapping -> arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:* if lambda:FunctionArn StringEquals arn:aws:lambda:eu-west-1:111122223333:function:fleet-replicator',
    'lambda:ListEventSourceMappings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationStatusIdentityLogs>',
    'sqs:GetQueueAttributes -> <DestinationReplicatorDeadLetterQueue>, <DestinationReplicatorRetryQueue>',
    'ssm:GetParametersByPath -> arn:aws:ssm:eu-west-1:111122223333:parameter/cdk-iot-registry-replication',
    'states:StartExecution -> arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift',
  ],
  DestinationStatusSchedule: ['lambda:InvokeFunction -> <DestinationStatusFunction>, <DestinationStatusFunction>:*'],
  DestinationDriftReportsIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationDriftReportsIdentityLogs>',
    's3:DeleteObject -> <DestinationDriftReportsBucket>/*',
    's3:ListBucket -> <DestinationDriftReportsBucket>',
  ],
  DestinationDriftReportsFramework: [
    'lambda:GetFunction -> <DestinationDriftReportsFunction>',
    'lambda:InvokeFunction -> <DestinationDriftReportsFunction>, <DestinationDriftReportsFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationDriftReportsFrameworkLogs>',
  ],
  DestinationDriftIdentity: [
    'dynamodb:BatchGetItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike waiting#*, watch#*',
    'dynamodb:BatchGetItem, dynamodb:Scan -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:GetItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'iot:DescribeThing, iot:ListThingGroupsForThing -> arn:aws:iot:eu-west-1:111122223333:thing/*',
    'iot:DescribeThingGroup, iot:ListThingsInThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:DescribeThingType -> arn:aws:iot:eu-west-1:111122223333:thingtype/*',
    'iot:ListThingGroups, iot:ListThingTypes, iot:ListThings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationDriftIdentityLogs>',
    's3:GetObject, s3:PutObject -> <DestinationDriftReportsBucket>/runs/*',
    's3:ListBucket -> <DestinationDriftReportsBucket>',
    's3:PutObject -> <DestinationDriftReportsBucket>/reports/*',
    'sqs:SendMessage -> <DestinationReplicatorRetryQueue>',
    'states:ListExecutions -> arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift',
  ],
  DestinationDriftWorkflow: [
    'lambda:InvokeFunction -> <DestinationDriftFunction>, <DestinationDriftFunction>:*',
    'lambda:InvokeFunction -> <DestinationStatusFunction>, <DestinationStatusFunction>:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
  ],
  DestinationDriftFirstRunIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationDriftFirstRunIdentityLogs>',
    'states:StartExecution -> <DestinationDriftWorkflowStateMachine>',
  ],
  DestinationDriftFirstRunFramework: [
    'lambda:GetFunction -> <DestinationDriftFirstRunFunction>',
    'lambda:InvokeFunction -> <DestinationDriftFirstRunFunction>, <DestinationDriftFirstRunFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationDriftFirstRunFrameworkLogs>',
  ],
  DestinationDriftSchedule: ['states:StartExecution -> <DestinationDriftWorkflowStateMachine>'],
};

/** In the source with `identities`, on top of that. */
export const SOURCE_IDENTITY_STATEMENTS: ByRole = {
  ReplicationIdentitySweepReportsIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationIdentitySweepReportsIdentityLogs>',
    's3:DeleteObject -> <ReplicationIdentitySweepReportsBucket>/*',
    's3:ListBucket -> <ReplicationIdentitySweepReportsBucket>',
  ],
  ReplicationIdentitySweepReportsFramework: [
    'lambda:GetFunction -> <ReplicationIdentitySweepReportsFunction>',
    'lambda:InvokeFunction -> <ReplicationIdentitySweepReportsFunction>, <ReplicationIdentitySweepReportsFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationIdentitySweepReportsFrameworkLogs>',
  ],
  // It writes nothing of AWS IoT. Principals and policies of groups are listed by things and groups.
  ReplicationIdentitySweepIdentity: [
    'dynamodb:BatchGetItem, dynamodb:Scan -> <ReplicationTable>',
    'iot:DescribeCertificate -> arn:aws:iot:us-east-1:111122223333:cert/*',
    'iot:DescribeThing, iot:ListThingPrincipals, iot:ListThingPrincipalsV2 -> arn:aws:iot:us-east-1:111122223333:thing/*',
    'iot:DescribeThingGroup -> arn:aws:iot:us-east-1:111122223333:thinggroup/*',
    'iot:GetPolicy, iot:ListTargetsForPolicy -> arn:aws:iot:us-east-1:111122223333:policy/*',
    'iot:ListAttachedPolicies, iot:ListCertificates, iot:ListPolicies, iot:ListThingGroups, iot:ListThings -> * if aws:RequestedRegion StringEquals us-east-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationIdentitySweepIdentityLogs>',
    's3:GetObject, s3:PutObject -> <ReplicationIdentitySweepReportsBucket>/latest/left.json',
    's3:GetObject, s3:PutObject -> <ReplicationIdentitySweepReportsBucket>/runs/*',
    's3:ListBucket -> <ReplicationIdentitySweepReportsBucket>',
    's3:PutObject -> <ReplicationIdentitySweepReportsBucket>/reports/*',
    'states:ListExecutions -> arn:aws:states:us-east-1:111122223333:stateMachine:fleet-identity-sweep',
    'states:StartSyncExecution -> <ReplicationObservationsStateMachine>',
  ],
  ReplicationIdentitySweepWorkflow: [
    'lambda:InvokeFunction -> <ReplicationIdentitySweepFunction>, <ReplicationIdentitySweepFunction>:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
  ],
  ReplicationIdentitySweepFirstRunIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationIdentitySweepFirstRunIdentityLogs>',
    'states:StartExecution -> <ReplicationIdentitySweepWorkflowStateMachine>',
  ],
  ReplicationIdentitySweepFirstRunFramework: [
    'lambda:GetFunction -> <ReplicationIdentitySweepFirstRunFunction>',
    'lambda:InvokeFunction -> <ReplicationIdentitySweepFirstRunFunction>, <ReplicationIdentitySweepFirstRunFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationIdentitySweepFirstRunFrameworkLogs>',
  ],
  ReplicationIdentitySweepSchedule: ['states:StartExecution -> <ReplicationIdentitySweepWorkflowStateMachine>'],
  // Its journal is in the bucket of the sweeps of identities.
  ReplicationCertificateCheckIdentity: [
    'dynamodb:BatchGetItem, dynamodb:Scan -> <ReplicationTable>',
    'iot:DescribeCertificate -> arn:aws:iot:us-east-1:111122223333:cert/*',
    'iot:ListAttachedPolicies, iot:ListCertificates -> * if aws:RequestedRegion StringEquals us-east-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationCertificateCheckIdentityLogs>',
    's3:GetObject, s3:PutObject -> <ReplicationIdentitySweepReportsBucket>/latest/certificates*',
    's3:GetObject, s3:PutObject -> <ReplicationIdentitySweepReportsBucket>/runs/*',
    's3:ListBucket -> <ReplicationIdentitySweepReportsBucket>',
    's3:PutObject -> <ReplicationIdentitySweepReportsBucket>/reports/*',
    'states:ListExecutions -> arn:aws:states:us-east-1:111122223333:stateMachine:fleet-certificate-check, arn:aws:states:us-east-1:111122223333:stateMachine:fleet-identity-sweep',
    'states:StartExecution -> arn:aws:states:us-east-1:111122223333:stateMachine:fleet-certificate-check',
    'states:StartSyncExecution -> <ReplicationObservationsStateMachine>',
  ],
  ReplicationCertificateCheckWorkflow: [
    'lambda:InvokeFunction -> <ReplicationCertificateCheckFunction>, <ReplicationCertificateCheckFunction>:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
  ],
  ReplicationCertificateCheckSchedule: ['lambda:InvokeFunction -> <ReplicationCertificateCheckFunction>, <ReplicationCertificateCheckFunction>:*'],
  // It reads what a hint names, and lists nothing.
  ReplicationHints: ['sqs:SendMessage -> <ReplicationHintsQueue>'],
  ReplicationHintsIdentity: [
    'dynamodb:BatchGetItem -> <ReplicationTable>',
    'iot:DescribeCertificate -> arn:aws:iot:us-east-1:111122223333:cert/*',
    'iot:DescribeThing, iot:ListThingPrincipals, iot:ListThingPrincipalsV2 -> arn:aws:iot:us-east-1:111122223333:thing/*',
    'iot:DescribeThingGroup -> arn:aws:iot:us-east-1:111122223333:thinggroup/*',
    'iot:GetPolicy -> arn:aws:iot:us-east-1:111122223333:policy/*',
    'iot:ListAttachedPolicies -> * if aws:RequestedRegion StringEquals us-east-1',
    'logs:CreateLogStream, logs:PutLogEvents -> <ReplicationHintsIdentityLogs>',
    's3:PutObject -> <ReplicationIdentitySweepReportsBucket>/runs/changed-certificates/*',
    'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage -> <ReplicationHintsQueue>',
    'sqs:ChangeMessageVisibility, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:GetQueueUrl, sqs:ReceiveMessage -> <ReplicationHintsUrgentQueue>',
    'sqs:SendMessage -> <ReplicationHintsQueue>, <ReplicationHintsUrgentQueue>',
    'states:StartSyncExecution -> <ReplicationObservationsStateMachine>',
  ],
};

const APPLIES_IDENTITIES = [
  'dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike omission#*',
  'dynamodb:GetItem, dynamodb:UpdateItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike fence#*, revocation#*',
  'iot:AttachPolicy, iot:AttachThingPrincipal, iot:DeleteCertificate, iot:DescribeCertificate, iot:DetachPolicy, iot:DetachThingPrincipal, iot:ListPrincipalThings, iot:ListPrincipalThingsV2, iot:UpdateCertificate -> arn:aws:iot:eu-west-1:111122223333:cert/*',
  'iot:AttachPolicy, iot:CreateThingGroup, iot:DeleteThingGroup, iot:DetachPolicy, iot:UpdateThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
  'iot:AttachThingPrincipal, iot:CreateThing, iot:DeleteThing, iot:DescribeThing, iot:DetachThingPrincipal, iot:ListThingGroupsForThing, iot:ListThingPrincipals, iot:ListThingPrincipalsV2, iot:UpdateThing -> arn:aws:iot:eu-west-1:111122223333:thing/*',
  'iot:CreatePolicy, iot:CreatePolicyVersion, iot:DeletePolicy, iot:DeletePolicyVersion, iot:GetPolicy, iot:ListPolicyVersions, iot:ListTagsForResource, iot:ListTargetsForPolicy, iot:TagResource -> arn:aws:iot:eu-west-1:111122223333:policy/*',
  'iot:DescribeThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
  'iot:ListAttachedPolicies, iot:ListThings, iot:RegisterCertificateWithoutCA -> * if aws:RequestedRegion StringEquals eu-west-1',
];

/** In a destination with `identities`, on top of that. A statement with the resource of one above replaces it. */
export const DESTINATION_IDENTITY_STATEMENTS: ByRole = {
  DestinationReplicatorStreamIdentity: APPLIES_IDENTITIES,
  DestinationReplicatorRetryIdentity: APPLIES_IDENTITIES,
  DestinationStatusIdentity: [
    'states:StartExecution -> arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift, arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-identity-drift',
  ],
  DestinationIdentityDriftReportsIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationIdentityDriftReportsIdentityLogs>',
    's3:DeleteObject -> <DestinationIdentityDriftReportsBucket>/*',
    's3:ListBucket -> <DestinationIdentityDriftReportsBucket>',
  ],
  DestinationIdentityDriftReportsFramework: [
    'lambda:GetFunction -> <DestinationIdentityDriftReportsFunction>',
    'lambda:InvokeFunction -> <DestinationIdentityDriftReportsFunction>, <DestinationIdentityDriftReportsFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationIdentityDriftReportsFrameworkLogs>',
  ],
  DestinationIdentityDriftIdentity: [
    'dynamodb:BatchGetItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringLike waiting#*, watch#*',
    'dynamodb:BatchGetItem, dynamodb:Scan -> arn:aws:dynamodb:eu-west-1:111122223333:table/fleet',
    'dynamodb:GetItem -> <DestinationReplicatorState> if dynamodb:LeadingKeys ForAllValues:StringEquals status',
    'iot:DescribeCertificate -> arn:aws:iot:eu-west-1:111122223333:cert/*',
    'iot:DescribeThing, iot:ListThingPrincipals, iot:ListThingPrincipalsV2 -> arn:aws:iot:eu-west-1:111122223333:thing/*',
    'iot:DescribeThingGroup -> arn:aws:iot:eu-west-1:111122223333:thinggroup/*',
    'iot:GetPolicy, iot:ListTargetsForPolicy -> arn:aws:iot:eu-west-1:111122223333:policy/*',
    'iot:ListAttachedPolicies, iot:ListCertificates, iot:ListPolicies, iot:ListThingGroups, iot:ListThings -> * if aws:RequestedRegion StringEquals eu-west-1',
    'iot:ListTagsForResource -> arn:aws:iot:eu-west-1:111122223333:policy/*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationIdentityDriftIdentityLogs>',
    's3:GetObject, s3:PutObject -> <DestinationIdentityDriftReportsBucket>/runs/*',
    's3:ListBucket -> <DestinationIdentityDriftReportsBucket>',
    's3:PutObject -> <DestinationIdentityDriftReportsBucket>/reports/*',
    'sqs:SendMessage -> <DestinationReplicatorRetryQueue>',
    'states:ListExecutions -> arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-identity-drift',
  ],
  DestinationIdentityDriftWorkflow: [
    'lambda:InvokeFunction -> <DestinationIdentityDriftFunction>, <DestinationIdentityDriftFunction>:*',
    'lambda:InvokeFunction -> <DestinationStatusFunction>, <DestinationStatusFunction>:*',
    'logs:CreateLogDelivery, logs:DeleteLogDelivery, logs:DescribeLogGroups, logs:DescribeResourcePolicies, logs:GetLogDelivery, logs:ListLogDeliveries, logs:PutResourcePolicy, logs:UpdateLogDelivery -> *',
  ],
  DestinationIdentityDriftFirstRunIdentity: [
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationIdentityDriftFirstRunIdentityLogs>',
    'states:StartExecution -> <DestinationIdentityDriftWorkflowStateMachine>',
  ],
  DestinationIdentityDriftFirstRunFramework: [
    'lambda:GetFunction -> <DestinationIdentityDriftFirstRunFunction>',
    'lambda:InvokeFunction -> <DestinationIdentityDriftFirstRunFunction>, <DestinationIdentityDriftFirstRunFunction>:*',
    'logs:CreateLogStream, logs:PutLogEvents -> <DestinationIdentityDriftFirstRunFrameworkLogs>',
  ],
  DestinationIdentityDriftSchedule: ['states:StartExecution -> <DestinationIdentityDriftWorkflowStateMachine>'],
};

/** In the source with a key of the customer, on top of that. */
export const SOURCE_KEY_STATEMENTS: ByRole = {
  ReplicationPersistence: [
    'kms:Decrypt -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.us-east-1.amazonaws.com, sqs.us-east-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.us-east-1.amazonaws.com',
  ],
  ReplicationObservations: [
    'kms:Decrypt -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.us-east-1.amazonaws.com, sqs.us-east-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.us-east-1.amazonaws.com',
  ],
  ReplicationRules: [
    'kms:Decrypt -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.us-east-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.us-east-1.amazonaws.com',
  ],
  ReplicationSweepIdentity: [
    'kms:Decrypt -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.us-east-1.amazonaws.com, s3.us-east-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:us-east-1:111122223333:key/mrk-1 if kms:ViaService StringEquals s3.us-east-1.amazonaws.com',
  ],
};

/** In a destination with a key of the customer, on top of that. */
export const DESTINATION_KEY_STATEMENTS: ByRole = {
  DestinationReplicatorStreamIdentity: [
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.eu-west-1.amazonaws.com, sqs.eu-west-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.eu-west-1.amazonaws.com',
  ],
  DestinationReplicatorRetryIdentity: [
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.eu-west-1.amazonaws.com, sqs.eu-west-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.eu-west-1.amazonaws.com',
  ],
  DestinationReplicatorStreamSourceIdentity: [
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.eu-west-1.amazonaws.com',
  ],
  DestinationStatusIdentity: [
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.eu-west-1.amazonaws.com',
  ],
  DestinationDriftIdentity: [
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals dynamodb.eu-west-1.amazonaws.com, s3.eu-west-1.amazonaws.com',
    'kms:Decrypt -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.eu-west-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals s3.eu-west-1.amazonaws.com',
    'kms:GenerateDataKey -> arn:aws:kms:eu-west-1:111122223333:key/mrk-1 if kms:ViaService StringEquals sqs.eu-west-1.amazonaws.com',
  ],
};

/**
 * Who may take on the roles of the source.
 *
 * Those of functions say no more than the service. Which of `aws:SourceAccount` and `aws:SourceArn` Lambda sends when it makes a function, invokes it and
 * reads its event source is not documented, and one that is missing stops the pipeline. There is no deputy to confuse: a role can't be passed to another
 * account's function, and passing it takes `iam:PassRole`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export const SOURCE_TRUST: ByRole = {
  ReplicationPersistence: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:us-east-1:111122223333:stateMachine:fleet-persistence',
  ],
  ReplicationObservations: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:us-east-1:111122223333:stateMachine:fleet-observations',
  ],
  ReplicationRules: [
    'sts:AssumeRole -> Service iot.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnEquals '
      + ['thing', 'thing_group', 'thing_group_membership', 'thing_type'].map((rule) => `arn:aws:iot:us-east-1:111122223333:rule/fleet_${rule}_<address>_<uuid>`).join(', '),
  ],
  ReplicationHeartbeat: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:us-east-1:111122223333:schedule-group/default',
  ],
  ReplicationEventsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationEventsFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepReportsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepReportsFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepWorkflow: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:us-east-1:111122223333:stateMachine:fleet-sweep',
  ],
  ReplicationSweepFirstRunIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepFirstRunFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationSweepSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:us-east-1:111122223333:schedule-group/default',
  ],
};

/** Who may take on the further roles that `identities` adds to the source. */
export const SOURCE_IDENTITY_TRUST: ByRole = {
  ReplicationIdentitySweepReportsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationIdentitySweepReportsFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationIdentitySweepIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationIdentitySweepWorkflow: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:us-east-1:111122223333:stateMachine:fleet-identity-sweep',
  ],
  ReplicationIdentitySweepFirstRunIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationIdentitySweepFirstRunFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationIdentitySweepSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:us-east-1:111122223333:schedule-group/default',
  ],
  ReplicationCertificateCheckIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  ReplicationCertificateCheckWorkflow: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:us-east-1:111122223333:stateMachine:fleet-certificate-check',
  ],
  ReplicationCertificateCheckSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:us-east-1:111122223333:schedule-group/default',
  ],
  ReplicationHints: [
    'sts:AssumeRole -> Service iot.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnEquals arn:aws:iot:us-east-1:111122223333:rule/fleet_hint_certificates_<address>_<uuid>, arn:aws:iot:us-east-1:111122223333:rule/fleet_hint_things_<address>_<uuid>',
  ],
  ReplicationHintsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
};

/** Who may take on the roles of a destination. */
export const DESTINATION_TRUST: ByRole = {
  DestinationReplicatorStreamSourceIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationReplicatorStreamSourceFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationReplicatorStreamIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationReplicatorRetryIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationStatusIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationStatusSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default',
  ],
  DestinationDriftReportsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationDriftReportsFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationDriftIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationDriftWorkflow: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-drift',
  ],
  DestinationDriftFirstRunIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationDriftFirstRunFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationDriftSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default',
  ],
};

/** Who may take on the further roles that `identities` adds to a destination. */
export const DESTINATION_IDENTITY_TRUST: ByRole = {
  DestinationIdentityDriftReportsIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationIdentityDriftReportsFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationIdentityDriftIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationIdentityDriftWorkflow: [
    'sts:AssumeRole -> Service states.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn ArnLike arn:aws:states:eu-west-1:111122223333:stateMachine:fleet-identity-drift',
  ],
  DestinationIdentityDriftFirstRunIdentity: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationIdentityDriftFirstRunFramework: ['sts:AssumeRole -> Service lambda.amazonaws.com'],
  DestinationIdentityDriftSchedule: [
    'sts:AssumeRole -> Service scheduler.amazonaws.com if aws:SourceAccount StringEquals 111122223333 and aws:SourceArn StringEquals arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default',
  ],
};
