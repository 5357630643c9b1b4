import { RegistryKind } from '../../src';
import { Json, replicate, resourcesOf, source, theResource } from '../apps';

const template: Json = source(replicate({ replicationName: 'fleet', kinds: [RegistryKind.THING_TYPE] })).toJSON();

test('events are switched on last, when all that they pass through stands', () => {
  const { DependsOn } = theResource(template, 'Custom::RegistryEvents');
  const types = new Set(DependsOn.map((id: string) => template.Resources[id].Type));
  expect([...types].sort()).toEqual([
    'AWS::DynamoDB::GlobalTable', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IoT::TopicRule', 'AWS::Logs::LogGroup', 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy',
    'AWS::StepFunctions::StateMachine',
  ]);
});

test('the function has the name of the replication', () => {
  const [named] = resourcesOf(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName);
  expect(named.Properties).toMatchObject({ FunctionName: 'fleet-registry-events', Runtime: 'nodejs24.x', Architectures: ['arm64'] });
});
