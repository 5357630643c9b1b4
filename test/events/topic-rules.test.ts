import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { RegistryKind } from '../../src';
import { MAX_REPLICATION_NAME_LENGTH } from '../../src/record/physical-names';
import { ACCOUNT, createApp, createStack, OTHER, replicate, resourcesOf, SOURCE, source, sourceStack, withoutUuid } from '../apps';

const rulesOf = (kinds?: RegistryKind[]) => resourcesOf(source(replicate({ replicationName: 'my-fleet', kinds })).toJSON(), 'AWS::IoT::TopicRule');

test('one narrow rule for each kind of event', () => {
  expect(rulesOf().map(({ Properties: { RuleName, TopicRulePayload } }) => [withoutUuid(RuleName), TopicRulePayload.Sql])).toEqual([
    ['my_fleet_thing_<address>_<uuid>', "SELECT * FROM '$aws/events/thing/+/+'"],
    ['my_fleet_thing_type_<address>_<uuid>', "SELECT * FROM '$aws/events/thingType/+/+'"],
    ['my_fleet_thing_group_<address>_<uuid>', "SELECT * FROM '$aws/events/thingGroup/+/+'"],
    ['my_fleet_thing_group_membership_<address>_<uuid>', "SELECT * FROM '$aws/events/thingGroupMembership/thingGroup/+/thing/+/+'"],
  ]);
});

describe('a name', () => {
  const namesIn = (replication: ReturnType<typeof replicate>) => resourcesOf(source(replication).toJSON(), 'AWS::IoT::TopicRule').map(({ Properties }) => Properties.RuleName);
  const deployed = (name: unknown, uuid: string) => JSON.stringify(name).match(/"([a-z0-9_-]+_)"/i)![1] + uuid.replaceAll('-', '_');
  const UUID = '51af3dc0-da77-11e4-872e-1234567db123';

  test('has a part that only the deployment knows: the uuid of the stack that the rule is in', () => {
    const env = { account: ACCOUNT, region: SOURCE };
    const stage = new Stack(new Stage(createApp(), 'Prod', { env }), 'Main');
    const places = {
      'a stack': replicate(),
      'a stack of its own': replicate({ sourceRegion: OTHER }),
      'a nested stack': replicate({}, new NestedStack(createStack(), 'Nested')),
      'a stage': replicate({}, stage),
    };
    for (const replication of Object.values(places)) {
      const names = namesIn(replication);
      expect(names.map(withoutUuid)).toEqual(Array(4).fill(expect.stringMatching(/_<address>_<uuid>$/)));
      // A reference to a stack from within it: from another one, it would be an export.
      expect(JSON.stringify(sourceStack(replication).resolve(names))).not.toContain('Fn::ImportValue');
    }
  });

  test('is one that AWS IoT takes, however long that of the replication is', () => {
    for (const name of namesIn(replicate({ replicationName: 'n-'.repeat(MAX_REPLICATION_NAME_LENGTH / 2).slice(0, -1) + 'x' }))) {
      expect(deployed(name, UUID)).toMatch(/^[a-zA-Z0-9_]{1,128}$/);
    }
  });

  test('is another one where the construct moves, so that new rules can be made before the old ones are deleted', () => {
    const [before, after] = ['Replication', 'Moved'].map((id) => namesIn(replicate({ replicationName: 'fleet' }, createStack(), id)).map((name) => deployed(name, UUID)));
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  test('is in no output, and the role trusts exactly these rules', () => {
    const template = source(replicate({ replicationName: 'fleet' })).toJSON();
    expect(template.Outputs ?? {}).toEqual({});
    const names = resourcesOf(template, 'AWS::IoT::TopicRule').map(({ Properties }) => withoutUuid(Properties.RuleName));
    const [trusted] = Object.values<Record<string, any>>(template.Resources).filter(({ Type, Properties }) => Type === 'AWS::IAM::Role' && JSON.stringify(Properties).includes('iot.amazonaws.com'));
    const [{ Condition }] = trusted.Properties.AssumeRolePolicyDocument.Statement;
    const trustedNames = Condition.ArnEquals['aws:SourceArn'].map((arn: { 'Fn::Join': [string, unknown[]] }) => (
      withoutUuid({ 'Fn::Join': ['', arn['Fn::Join'][1].map((part) => ((part as { Ref?: string }).Ref === 'AWS::Partition' ? 'aws' : part))] })
    ));
    expect(trustedNames).toEqual(names.map((name) => `arn:aws:iot:${SOURCE}:${ACCOUNT}:rule/${name}`));
  });
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
