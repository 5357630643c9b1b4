import { Stack } from 'aws-cdk-lib';
import { Alias, Code, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { createStack, Json, replicate, resourcesOf, source } from '../apps';

const ROUTER_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:router';

interface Change { readonly code?: string; readonly handler?: string; readonly environment?: Record<string, string>; readonly description?: string }

function ownFunction(stack: Stack, { code = 'exports.handler = 1;', handler = 'index.handler', ...rest }: Change = {}): Function {
  return new Function(stack, 'Router', { runtime: Runtime.NODEJS_22_X, code: Code.fromInline(code), handler, ...rest });
}

/** The versions that the workflow writes and the sweep expects, and what starts a sweep. */
function versions(createRouter: (stack: Stack) => IFunction | undefined, routerVersion?: string) {
  const stack = createStack();
  const template: Json = source(replicate({ replicationName: 'fleet', router: createRouter(stack), routerVersion }, stack)).toJSON();
  const ofSweep = resourcesOf(template, 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'fleet-sweep')!.Properties.Environment.Variables.ROUTER_VERSION as string | undefined;
  const machine = resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === 'fleet-persistence')!;
  const ofWorkflow = /'routerVersion': '([^']*)'/.exec(JSON.stringify(machine.Properties.DefinitionString))?.[1];
  const machineOf = (name: string) => JSON.stringify(resourcesOf(template, 'AWS::StepFunctions::StateMachine').find(({ Properties }) => Properties.StateMachineName === name)!.Properties.DefinitionString);
  // Of the heartbeat, and of the result of a sweep.
  const reported = [/'selection': '[^']*', 'routerVersion': '([^']*)'/, /replicated[^}]*routerVersion\W+([^"\\]*)/].map((form, i) => form.exec(machineOf(['fleet-observations', 'fleet-sweep'][i]))?.[1]);
  const occasion = resourcesOf(template, 'Custom::FirstRun').map(({ Properties }) => Properties.Occasion as string)[0];
  return { ofSweep, ofWorkflow, reported, occasion };
}

const own = (change?: Change) => versions((stack) => ownFunction(stack, change));
const alias = (change?: Change) => versions((stack) => new Alias(stack, 'Alias', { aliasName: 'live', version: ownFunction(stack, change).currentVersion }));
const version = (change?: Change) => versions((stack) => ownFunction(stack, change).currentVersion);

test.each([['a function', own], ['an alias', alias], ['a version', version]])('of %s of the app is a hash, the same at each synthesis, wherever it is used', (_, of) => {
  const { ofSweep, ofWorkflow, reported, occasion } = of();
  expect(ofSweep).toMatch(/^[0-9a-f]{16}$/);
  expect(ofWorkflow).toBe(ofSweep);
  expect(reported).toEqual([ofSweep, ofSweep]);
  expect(of()).toEqual({ ofSweep, ofWorkflow, reported, occasion });
});

test.each([['a function', own], ['an alias', alias], ['a version', version]])('of %s is another once it runs something else, and starts a sweep', (_, of) => {
  const changed = [{}, { code: 'exports.handler = 2;' }, { handler: 'index.other' }, { environment: { STRICT: 'yes' } }].map((change) => of(change));
  expect(new Set(changed.map(({ ofSweep }) => ofSweep)).size).toBe(4);
  expect(new Set(changed.map(({ occasion }) => occasion)).size).toBe(4);
});

test('does not change with what a function is called', () => {
  expect(own({ description: 'another' })).toEqual(own());
});

test('of an imported function is that of its ARN, unless one is given', () => {
  const imported = (arn: string, given?: string) => versions((stack) => Function.fromFunctionArn(stack, 'Router', arn), given);
  expect(imported(ROUTER_ARN)).toEqual(imported(ROUTER_ARN));
  expect(imported(`${ROUTER_ARN}:7`).ofSweep).not.toBe(imported(`${ROUTER_ARN}:8`).ofSweep);
  expect(imported(ROUTER_ARN, '2026-11-28')).toMatchObject({ ofSweep: '2026-11-28', ofWorkflow: '2026-11-28' });
  expect(imported(ROUTER_ARN, 'v1').occasion).not.toBe(imported(ROUTER_ARN, 'v2').occasion);
});

test('is none without a router, and adding or removing one starts a sweep', () => {
  const { occasion, ...none } = versions(() => undefined);
  expect(none).toEqual({ ofSweep: undefined, ofWorkflow: undefined, reported: [undefined, undefined] });
  expect(occasion).not.toBe(own().occasion);
});

test.each(['', 'with blanks', "quote'", 'x'.repeat(129)])('fails if it is given as "%s"', (given) => {
  const stack = createStack();
  expect(() => replicate({ router: ownFunction(stack), routerVersion: given }, stack))
    .toThrow(/^routerVersion: got .+, expected 1 to 128 letters, digits and \. _ : \/ \+ -; write a version, a date or a hash that changes when the router does$/);
});

test('fails if it is given without a router', () => {
  expect(() => replicate({ routerVersion: 'v1' })).toThrow("routerVersion: got 'v1', expected none without a `router`; pass the router too, or leave it out");
});
