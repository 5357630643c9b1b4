import { RegistryEventType } from '../../src';
import { replicate, resourcesOf, source } from '../apps';

const rulesOf = (eventTypes?: RegistryEventType[]) => resourcesOf(source(replicate({ replicationName: 'my-fleet', eventTypes })).toJSON(), 'AWS::IoT::TopicRule');

test('one narrow rule for each kind of event', () => {
  expect(rulesOf().map(({ Properties: { RuleName, TopicRulePayload } }) => [RuleName, TopicRulePayload.Sql])).toEqual([
    ['my_fleet_thing', "SELECT * FROM '$aws/events/thing/+/+'"],
    ['my_fleet_thing_type', "SELECT * FROM '$aws/events/thingType/+/+'"],
    ['my_fleet_thing_group', "SELECT * FROM '$aws/events/thingGroup/+/+'"],
    ['my_fleet_thing_group_membership', "SELECT * FROM '$aws/events/thingGroupMembership/thingGroup/+/thing/+/+'"],
  ]);
});

test('a rule starts the workflow, and hands what it can\'t start it for to the dead-letter queue', () => {
  for (const { Properties: { TopicRulePayload: { Actions, ErrorAction, AwsIotSqlVersion } } } of rulesOf()) {
    expect(AwsIotSqlVersion).toBe('2016-03-23');
    expect(Actions).toEqual([{
      StepFunctions: {
        StateMachineName: { 'Fn::GetAtt': [expect.stringMatching(/^ReplicationPersistenceStateMachine[0-9A-F]{8}$/), 'Name'] },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ReplicationRulesRole/), 'Arn'] },
      },
    }]);
    expect(ErrorAction).toEqual({
      Sqs: {
        QueueUrl: { Ref: expect.stringMatching(/^ReplicationDeadLetterQueue[0-9A-F]{8}$/) },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ReplicationRulesRole/), 'Arn'] },
        UseBase64: false,
      },
    });
  }
});

test('a rule stands after the policy that lets it act', () => {
  for (const { DependsOn } of rulesOf()) expect(DependsOn).toContainEqual(expect.stringMatching(/^ReplicationRulesRoleDefaultPolicy/));
});

test('association and hierarchy events have no rule', () => {
  expect(JSON.stringify(rulesOf())).not.toMatch(/thingTypeAssociation|thingGroupHierarchy|\/#/);
});
