import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateThingCommand, CreateThingTypeCommand, DeleteThingCommand, DeleteThingTypeCommand, DeprecateThingTypeCommand, DescribeCertificateCommand, UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { InvokeCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { credentialsOf } from './credentials';
import { OPERATOR, PLAIN, READER, ROUTED, VIEWER } from './names';
import type { Called, Credentials } from './program';
import { notPrinted, Session, sessionBelow } from './session';
import { World } from './world';
import { firstExecution } from '../../demo/executions';
import { documentOf } from '../../demo/identities';
import { readStatus } from '../../demo/status';
import { Device, endpointOf } from '../../emulator/device';
import { waitFor } from '../../emulator/waiting';
import type { QueueFacts } from '../../src/status/handler/facts';
import { expectSchema } from '../cli/schemas';

const { name: NAME, source: SOURCE, destination: DESTINATION } = PLAIN;
const TO = [NAME, '--region', DESTINATION];
// eslint-disable-next-line no-control-regex -- it is what colours are made of
const COLORS = /\u001b\[\d+m/g;

/** What an operator does with the command line, in the pipes and terminals of a real process. */
export function commandLineTests(world: () => World): void {
  let operator: Credentials;
  let viewer: Credentials;
  const as = (role: string) => credentialsOf(world().sts, `arn:aws:iam::${world().emulator.account}:role/${role}`);

  beforeAll(async () => {
    const { source } = world();
    [operator, viewer] = await Promise.all([as(OPERATOR), as(VIEWER), firstExecution(source.sfn, source.workflowArn(`${NAME}-identity-sweep`))]);
  });

  const call = (args: readonly string[], region: string = SOURCE, credentials = operator) => world().program.call(args, { region, credentials });
  const inTerminal = (args: readonly string[], line?: string) => world().program.inTerminal(args, { region: SOURCE, credentials: operator, line });
  const json = (called: Called) => JSON.parse(called.stdout) as Record<string, never>;

  /** States of what feeds the functions of the destination. */
  const isOn = async () => {
    const functions = [`${NAME}-replicator`, `${NAME}-retry`];
    const found = await Promise.all(functions.map((FunctionName) => world().lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))));
    return found.flatMap(({ EventSourceMappings = [] }) => EventSourceMappings.map(({ State }) => State));
  };

  test('status shows both Regions and says in its exit code whether the destination is in sync', async () => {
    const shown = await call(['status', NAME]);
    expect(shown).toMatchObject({ stderr: '', stdout: expect.stringMatching(new RegExp(`^${NAME}   ${SOURCE} -> ${DESTINATION}   read 2 of 2 Regions`)) });
    expect(shown.stdout).not.toMatch(COLORS);
    const called = await call(['status', ...TO, '--json'], ROUTED.destination);
    expectSchema('status', json(called));
    expect(called.exitCode).toBe(json(called).inSync ? 0 : 1);
    expect((await inTerminal(['status', NAME])).stdout).toMatch(COLORS);
  });

  test('two replications of a Region have to be told apart', async () => {
    expect(await call(['status'])).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(`expected one of ${NAME}, ${ROUTED.name}`) });
    expect(await call(['status', 'nobody'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`there: ${NAME}, ${ROUTED.name}`) });
  });

  test('the source can be unreachable', async () => {
    await world().emulator.isolate(SOURCE);
    try {
      const { exitCode, stdout } = await call(['status', ...TO]);
      expect(stdout).toMatch(new RegExp(`^${SOURCE} +unreachable`, 'm'));
      expect(stdout).toMatch(new RegExp(`^${DESTINATION} +(?!unreachable)\\w+ +(yes|no) `, 'm'));
      expect([0, 1]).toContain(exitCode);
      expect(await call(['diff', ...TO])).toMatchObject({ stdout: expect.stringContaining(`drift check of ${NAME} in ${DESTINATION}`) });
      expect(await call(['sweep', ...TO, '--yes'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(SOURCE) });
    } finally {
      await world().emulator.rejoin(SOURCE);
    }
  });

  test('a missing permission is named', async () => {
    expect(await call(['status', NAME], DESTINATION, await as(READER))).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('permission is missing: ssm:GetParametersByPath') });
  });

  test('hours and dollars are estimated for what the account has, by whoever may count it', async () => {
    const args = ['estimate', '--count', '--default-quotas', '--yes', '--json'];
    const called = await world().program.call(args, { region: SOURCE });
    expect(called).toMatchObject({ exitCode: 0 });
    expectSchema('estimate', json(called));
    const { things, groups, types } = await world().source.registry();
    const countOf = (entities: object) => Object.keys(entities).length;
    expect(json(called).fleet).toMatchObject({ things: countOf(things), groups: countOf(groups), types: countOf(types) });
    expect(await call(args)).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('permission is missing: iot:GetIndexingConfiguration') });
  });

  test('whoever may only look changes nothing', async () => {
    const look = (...args: string[]) => call(args, DESTINATION, viewer);
    expect(await look('status', NAME)).toMatchObject({ stderr: '', stdout: expect.stringContaining('read 2 of 2 Regions') });
    expect(await look('diff', ...TO, '--last')).toMatchObject({ stderr: expect.stringContaining(`-> diff --last ${TO.join(' ')} --identities`), stdout: expect.stringContaining('drift check of') });
    expect(await look('diff', NAME, '--source', '--last')).toMatchObject({ stderr: expect.not.stringContaining('permission'), stdout: expect.stringContaining('sweep of') });
    expect(await look('explain', NAME, 'membership/nobody/nowhere')).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await look('letters', NAME)).stdout).not.toContain('permission');
    const { ordinary: { certificateId, thingName }, policyNames, groupName } = world().existing;
    expect(await look('diff', NAME, '--source', '--last', '--identities')).toMatchObject({ stderr: '', stdout: expect.stringContaining('sweep of identities of') });
    const explained = await Promise.all([`certificate/${certificateId.slice(0, 20)}`, `policy/${policyNames.own}`, `principals/${thingName}`, `groupPolicies/${groupName}`].map((entity) => look('explain', NAME, entity)));
    expect(explained.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(explained.map(() => [0, '']));
    expect(explained[0].stdout).toContain(`certificate/${certificateId} in ${NAME}`);
    expect(await look('sweep', NAME, '--identities', '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: states:StartExecution') });
    expect(await look('sweep', NAME, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: states:StartExecution') });
    expect(await look('repair', ...TO, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: states:StartExecution') });
    expect(await look('drill', ...TO, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: lambda:ListEventSourceMappings') });
    expect(await look('pause', ...TO, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: lambda:ListEventSourceMappings') });
  });

  test('three faults are found and mended by somebody who calls what the answers say, as the pages show', async () => {
    const { source, destination, dynamodb, lambda, emulator } = world();
    const thingTypeName = 'lamp';
    const key = { pk: { S: `type#${thingTypeName}` }, sk: { S: 'type' } };
    // The drift check that a deployment starts would mend the faults before anybody has looked for them.
    const isIdle = async () => {
      const { executions = [] } = await destination.sfn.send(new ListExecutionsCommand({ stateMachineArn: destination.workflowArn(`${NAME}-drift`), statusFilter: 'RUNNING' }));
      return executions.length === 0 || undefined;
    };
    expect(await waitFor(isIdle, { boundMillis: 60_000 })).toBe(true);
    await source.iot.send(new CreateThingTypeCommand({ thingTypeName }));
    for (const [thingName, attributes] of [['lamp-1', { color: 'red' }], ['lamp-2', {}], ['lamp-3', {}]] as const) {
      await source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes } }));
    }
    await destination.registryOnce(({ things, types }) => thingTypeName in types && ['lamp-1', 'lamp-2', 'lamp-3'].every((name) => name in things));
    // Drift: somebody changes the destination by hand.
    await destination.iot.send(new UpdateThingCommand({ thingName: 'lamp-1', attributePayload: { attributes: { color: 'blue' } } }));
    await destination.iot.send(new DeleteThingCommand({ thingName: 'lamp-2' }));
    // A dead letter: of a quota that was too low for three days.
    await destination.iot.send(new DeleteThingCommand({ thingName: 'lamp-3' }));
    const letter = { pk: 'thing#lamp-3', sk: 'thing', class: 'waiting', error: 'ResourceLimitExceeded', reason: 'the limit of things is reached', time: new Date().toISOString(), attempts: 298 };
    await destination.send(`${NAME}-dead-letters`, JSON.stringify(letter));
    // A type that has not arrived: as if its event had been lost an hour ago.
    await dynamodb.send(new DeleteItemCommand({ TableName: NAME, Key: key }));
    await destination.iot.send(new DeprecateThingTypeCommand({ thingTypeName }));
    await destination.iot.send(new DeleteThingTypeCommand({ thingTypeName }));
    await source.iot.send(new CreateThingCommand({ thingName: 'lamp-4', thingTypeName }));
    await emulator.ageRegistry(SOURCE);
    const statusOnce = async (isExpected: (queues: QueueFacts) => boolean) => {
      const found = await waitFor(async () => {
        await lambda.send(new InvokeCommand({ FunctionName: `${NAME}-status`, Payload: '{}' }));
        const { queues } = (await readStatus(world().destinationTables, `${NAME}-state`))!;
        return queues && isExpected(queues) ? queues : undefined;
      }, { boundMillis: 60_000 });
      expect(found).toBeDefined();
    };
    await statusOnce(({ awaited, deadLetters }) => awaited === 1 && deadLetters === 1);

    const session = new Session((args) => inTerminal(args, 'yes'));
    expect(await session.type(`status ${NAME}`)).toBe(1);
    expect(await session.follow('letters')).toBe(1);
    expect(session.screen).toContain('thing/lamp-3');
    expect(await session.follow('letters')).toBe(0);
    await destination.registryOnce(({ things }) => 'lamp-3' in things);
    await statusOnce(({ deadLetters }) => deadLetters === 0);
    await session.follow('status');

    expect(await session.follow('diff')).toBe(1);
    for (const found of ['thing/lamp-1  different\n    attributes.color: expected "red", found "blue"', 'thing/lamp-2  missing', 'thing/lamp-4  missing']) expect(session.screen).toContain(found);
    expect(await session.follow('explain')).toBe(1);
    expect(session.screen).toContain('for type/lamp, which does not exist here');
    expect(await session.follow('explain')).toBe(1);
    expect(await session.follow('sweep')).toBe(0);
    await destination.registryOnce(({ things, types }) => thingTypeName in types && 'lamp-4' in things);
    await statusOnce(({ waiting, awaited }) => waiting + (awaited ?? 0) === 0);
    await session.follow('status');

    // As if the minute were over that a check has to begin later than the letters have gone.
    await world().destinationTables.send(new UpdateItemCommand({
      TableName: `${NAME}-state`,
      Key: { pk: { S: 'status' } },
      UpdateExpression: 'SET revision = revision + :one, destinationGap.#until = :until REMOVE identities.destinationGap',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':one': { N: '1' }, ':until': { S: new Date(Date.now() - 90_000).toISOString() } },
    }));
    expect(await session.follow('repair')).toBe(0);
    await statusOnce(({ waiting }) => waiting === 0);
    await session.follow('status');
    expect(session.screen).not.toMatch(/DEAD_LETTERS|WAITING|DRIFT|SWEEP/);

    const { things } = await destination.registry();
    expect([things['lamp-1'].attributes, 'lamp-2' in things, 'lamp-3' in things, things['lamp-4'].thingTypeName]).toEqual([{ color: 'red' }, true, true, thingTypeName]);
    for (const [page, heading] of [['README.md', 'When something is wrong'], ['docs/command-line.md', 'From fault to fault']]) {
      expect(notPrinted(sessionBelow(page, heading), session.steps)).toEqual([]);
    }

    for (const thingName of ['lamp-1', 'lamp-2', 'lamp-3', 'lamp-4']) await source.iot.send(new DeleteThingCommand({ thingName }));
    await source.iot.send(new DeprecateThingTypeCommand({ thingTypeName }));
    await source.iot.send(new DeleteThingTypeCommand({ thingTypeName }));
    expect(await world().differences()).toEqual([]);
  }, 180_000);

  test('what people changed in the destination while the source was dark, a status and a policy, is found and mended by the commands of identities', async () => {
    const { source, destination, emulator, existing: { ordinary, inactive, policyNames: { shared } } } = world();
    // Other tests replace the certificate of the one, and activate that of the other.
    const described = await Promise.all([ordinary, inactive].map((each) => source.iot.send(new DescribeCertificateCommand({ certificateId: each.certificateId }))));
    const device = [ordinary, inactive][described.findIndex(({ certificateDescription }) => certificateDescription!.status === 'ACTIVE')];
    const { certificateId, thingName, identity } = device;
    const options = { emulator, endpoint: await endpointOf(emulator, DESTINATION), clientId: thingName, identity };
    const mayPublishAs = async (other: string) => {
      const connection = await Device.connect(options);
      const isAccepted = await connection.publish(`${other}/light`, {});
      await connection.disconnect();
      return isAccepted;
    };
    await emulator.isolate(SOURCE);
    try {
      expect([await mayPublishAs(thingName), await mayPublishAs('somebody')]).toEqual([true, false]);
      await destination.identities.replacePolicy(shared, documentOf({ Action: 'iot:*', Resource: '*' }));
      expect(await mayPublishAs('somebody')).toBe(true);
      await destination.identities.setStatus(certificateId, 'INACTIVE');
      expect(await Device.canConnect(options)).toBe(false);
    } finally {
      await emulator.rejoin(SOURCE);
    }
    const explained = await call(['explain', NAME, `certificate/${certificateId}`, '--json']);
    expectSchema('explain', json(explained));
    expect(json(explained)).toMatchObject({ places: [{ fine: true }, { difference: 'different', fields: [{ field: 'status', expected: 'ACTIVE', actual: 'INACTIVE' }] }] });
    const found = await call(['diff', ...TO, '--identities', '--json']);
    expectSchema('diff', json(found));
    expect(json(found)).toMatchObject({ workflow: 'identityDrift' });
    const differences = json(found).differences as readonly { readonly kind: string; readonly difference: string }[];
    expect([found.exitCode, ...differences.map(({ kind, difference }) => `${kind} ${difference}`).sort()]).toEqual([1, 'certificate different', 'policy different']);
    // What it repairs is there long before it verifies that policies are.
    expect(await world().program.call(['repair', ...TO, '--identities', '--yes'], { region: SOURCE, credentials: operator, interruptAt: (noted) => noted.includes('started ') })).toMatchObject({ exitCode: 130 });
    for (const entity of [`certificate/${certificateId}`, `policy/${shared}`]) {
      expect(await waitFor(async () => (await call(['explain', NAME, entity])).exitCode === 0 || undefined, { boundMillis: 60_000 })).toBe(true);
    }
    expect([await mayPublishAs(thingName), await mayPublishAs('somebody')]).toEqual([true, false]);
    const checked = await call(['sweep', NAME, '--certificates', '--yes', '--json']);
    expect([checked.exitCode, json(checked)]).toEqual([0, expect.objectContaining({ workflow: 'certificateCheck', status: 'SUCCEEDED' })]);
  }, 120_000);

  test('Ctrl-C leaves a sweep running, and --follow shows its end', async () => {
    const { exitCode, stderr } = await world().program.call(['sweep', NAME, '--report'], { region: SOURCE, credentials: operator, interruptAt: (noted) => noted.includes('started ') });
    expect(exitCode).toBe(130);
    const [, execution] = /sweep plain --follow (\S+)/.exec(stderr) ?? [];
    const followed = await call(['sweep', NAME, '--follow', execution, '--json']);
    expectSchema('run', json(followed));
    expect(json(followed)).toMatchObject({ execution, status: 'SUCCEEDED', summary: { mode: 'report' } });
  });

  test('letters of both Regions are shown, redriven and deleted', async () => {
    const { source, destination } = world();
    for (const site of [source, destination]) await site.purge(`${NAME}-dead-letters`);
    const thingName = 'cli-lettered';
    await source.iot.send(new CreateThingCommand({ thingName }));
    await destination.registryOnce((registry) => thingName in registry.things);
    await destination.iot.send(new DeleteThingCommand({ thingName }));
    await destination.send(`${NAME}-dead-letters`, JSON.stringify({ pk: `thing#${thingName}`, sk: 'thing', class: 'waiting', error: 'Waiting', reason: 'r', time: new Date().toISOString(), attempts: 1 }));
    await world().publish('$aws/events/thing/cli-odd/created', JSON.stringify({ eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'cli-odd' }));
    await source.peek(`${NAME}-dead-letters`, ({ error }) => error === 'InvalidEvent');

    const shown = await call(['letters', NAME, '--json']);
    expectSchema('letters', json(shown));
    expect(json(shown)).toMatchObject({ letters: [{ region: DESTINATION, entity: `thing/${thingName}` }, { region: SOURCE, format: 'event', error: 'InvalidEvent' }] });
    expect(await call(['letters', NAME, '--in', DESTINATION, '--redrive', '--yes'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('redriven: 1 letter') });
    expect((await destination.registryOnce((registry) => thingName in registry.things)).things).toHaveProperty(thingName);
    expect(await call(['letters', NAME, '--error', 'InvalidEvent', '--delete', '--yes'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('deleted: 1 letter') });
    expect(await call(['letters', NAME])).toMatchObject({ exitCode: 0 });
    await source.iot.send(new DeleteThingCommand({ thingName }));
    expect(await world().differences()).toEqual([]);
  }, 120_000);

  test('a paused Region is written to no more, and follows again after it is resumed', async () => {
    const { source, destination } = world();
    const paused = await call(['pause', ...TO, '--yes', '--json']);
    expectSchema('pause', json(paused));
    expect([paused.exitCode, json(paused).paused, await isOn()]).toEqual([0, true, ['Disabled', 'Disabled']]);
    await source.iot.send(new CreateThingCommand({ thingName: 'cli-later' }));
    expect(await call(['resume', ...TO, '--yes'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${DESTINATION}: resumed`) });
    expect(await isOn()).toEqual(['Enabled', 'Enabled']);
    expect((await destination.registryOnce((registry) => 'cli-later' in registry.things)).things).toHaveProperty('cli-later');
    await source.iot.send(new DeleteThingCommand({ thingName: 'cli-later' }));
    expect(await world().differences()).toEqual([]);
  }, 120_000);

  test('a drill takes every step while the emulator isolates the source, and leaves nothing', async () => {
    const { inSync } = json(await call(['status', NAME, '--json']));
    const drilled = await call(['drill', ...TO, '--yes', '--json']);
    expectSchema('drill', json(drilled));
    const { steps, ...report } = JSON.parse(drilled.stdout) as { readonly steps: readonly { readonly step: string; readonly ok: boolean }[] };
    expect(report).toMatchObject({ isolation: 'emulator', readyToFailOver: inSync, left: [] });
    expect(steps.map(({ step, ok }) => [step, ok])).toEqual(['arrive', 'unreachable', 'pause', 'change', 'return', 'mend', 'follow', 'cleanUp'].map((step) => [step, step === 'unreachable' ? inSync : true]));
    expect(await world().differences()).toEqual([]);
  }, 120_000);

  test('Ctrl-C in a drill takes back what it has made', async () => {
    const { exitCode, stdout } = await world().program.call(['drill', ...TO, '--yes', '--json'], { region: SOURCE, credentials: operator, interruptAt: (noted) => noted.includes('4 of 8') });
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, left: [] });
    expect([exitCode, await isOn()]).toEqual([130, ['Enabled', 'Enabled']]);
    for (const site of [world().source, world().destination]) expect(Object.keys((await site.registry()).things).filter((name) => name.startsWith('drill-'))).toEqual([]);
    expect(await world().differences()).toEqual([]);
  }, 120_000);
}
