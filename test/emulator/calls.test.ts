/** That the table of calls, which the deployed roles are tried with, has every call that the code makes. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CALLS } from './calls';
import { ROOMS } from './rooms';
import { ROOT } from '../../emulator/paths';
import type { EntityKind } from '../../src/kinds';
import { readPermissions, writePermissions } from '../../src/kinds/permissions';
import { ENTITY_KINDS, knownKinds } from '../../src/kinds/register';

const NAMESPACES: Record<string, string> = { 'client-iot': 'iot', 'client-dynamodb': 'dynamodb', 'client-sqs': 'sqs', 'client-s3': 's3', 'client-sfn': 'states', 'client-ssm': 'ssm', 'client-lambda': 'lambda' };

/** Calls whose permission has another name: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const ACTIONS: Record<string, string> = { 'sqs:SendMessageBatch': 'sqs:SendMessage', 's3:DeleteObjects': 's3:DeleteObject', 's3:ListObjectsV2': 's3:ListBucket' };

/** What constructs of CDK have a service call, in the name of a role. */
const INTEGRATIONS: Record<string, string[]> = {
  LambdaInvoke: ['lambda:InvokeFunction'],
  SqsSendMessage: ['sqs:SendMessage'],
  SqsQueue: ['sqs:SendMessage'],
  StepFunctionsStartExecution: ['states:StartExecution'],
  DynamoEventSource: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
  SqsEventSource: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  Provider: ['lambda:InvokeFunction', 'lambda:GetFunction'],
};
const INTEGRATION_MODULES = /import \{([^}]*)\} from 'aws-cdk-lib\/(?:aws-stepfunctions-tasks|aws-scheduler-targets|aws-lambda-event-sources|aws-events-targets|custom-resources)'/g;
/** Of those modules, and no calls: `CallAwsService` names its. */
const NO_INTEGRATIONS = ['CallAwsService', 'ScheduleTargetBaseProps'];

/** Actions of topic rules. */
const RULE_ACTIONS: Record<string, string> = { stepFunctions: 'states:StartExecution', sqs: 'sqs:SendMessage' };

/** The command line calls with the permissions of whoever runs it. */
const sources = fs.readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('cli/'))
  .map((file) => fs.readFileSync(path.join(ROOT, 'src', file), 'utf8'));

function found(source: string, pattern: RegExp): string[][] {
  return [...source.matchAll(pattern)].map((match) => match.slice(1));
}

/** Calls by the SDK: those that the file imports the commands of. */
function sdkCalls(source: string): string[] {
  return found(source, /import (?:type )?\{([^}]*)\} from '@aws-sdk\/([a-z0-9-]+)'/g).flatMap(([imported, client]) => {
    const commands = imported.split(',').map((each) => each.trim()).filter((each) => each.endsWith('Command'));
    return commands.map((command) => `${NAMESPACES[client] ?? client}:${command.replace(/Command$/, '')}`).map((call) => ACTIONS[call] ?? call);
  });
}

const upperFirst = (text: string) => text[0].toUpperCase() + text.slice(1);

function serviceCalls(source: string): string[] {
  return [
    // Tasks of workflows, in their ARNs or told to what makes these.
    ...found(source, /(?:states:::|this\.task\('[^']+', ')(?:aws-sdk:)?([a-z]+):([a-zA-Z]+)/g).map(([service, action]) => `${service}:${upperFirst(action)}`),
    ...found(source, /service: '([A-Za-z]+)',\s+action: '([A-Za-z]+)'/g).map(([service, action]) => `${service.toLowerCase()}:${upperFirst(action)}`),
    ...found(source, /(\w+): \{[^{}]*roleArn: /g).map(([action]) => RULE_ACTIONS[action] ?? `the rule action ${action}`),
    ...found(source, INTEGRATION_MODULES).flatMap(([imported]) => imported.split(',').map((each) => each.trim()))
      .filter((each) => each !== '' && !NO_INTEGRATIONS.includes(each)).flatMap((each) => INTEGRATIONS[each] ?? [`the integration ${each}`]),
  ];
}

const made = [...new Set(sources.flatMap((source) => [...sdkCalls(source), ...serviceCalls(source)]))].sort();

test('what the code calls is found', () => {
  expect(made).toEqual(expect.arrayContaining([
    'iot:CreateThing', 'sqs:SendMessage', 's3:ListBucket', 'states:StartSyncExecution', 'dynamodb:PutItem', 'dynamodb:DescribeTable', 'lambda:InvokeFunction', 'states:StartExecution',
    'iot:DescribeEventConfigurations', 'cloudwatch:PutMetricData',
  ]));
});

test('every call that the code makes is one that roles are tried with', () => {
  const tried = CALLS.map(({ action }) => action);
  expect(made.filter((action) => !tried.includes(action))).toEqual([]);
});

/** Calls on the registry for some kinds. */
const callsOn = (kinds: readonly EntityKind[]) => [...readPermissions(kinds), ...writePermissions(kinds)].flatMap(({ calls }) => calls).map((call) => `iot:${call}`);

test('every call that the code makes is that of some room, or of a feature that is not switched on there', () => {
  const ofRooms = CALLS.filter(({ name }) => ROOMS.some(({ calls }) => calls.includes(name))).map(({ action }) => action);
  const ofFeatures = callsOn(ENTITY_KINDS).filter((action) => !callsOn(knownKinds(['identities'])).includes(action));
  expect(made.filter((action) => !ofRooms.includes(action) && !ofFeatures.includes(action))).toEqual([]);
  // No role may do any of it: see the emulator's test of permissions, which tries each role with each call.
  expect(ofRooms.filter((action) => ofFeatures.includes(action))).toEqual([]);
});

test('rooms name existing calls, each once', () => {
  const names = CALLS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { calls } of ROOMS) {
    expect(calls.filter((call) => !names.includes(call))).toEqual([]);
    expect(new Set(calls).size).toBe(calls.length);
  }
});
