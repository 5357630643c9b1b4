import { CreateThingCommand, DeleteThingCommand } from '@aws-sdk/client-iot';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { credentialsOf } from './credentials';
import { OPERATOR, PLAIN, READER, ROUTED, VIEWER } from './names';
import type { Called, Credentials } from './program';
import { World } from './world';
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
    [operator, viewer] = await Promise.all([as(OPERATOR), as(VIEWER)]);
  });

  const call = (args: readonly string[], region: string = SOURCE, credentials = operator) => world().program.call(args, { region, credentials });
  const inTerminal = (args: readonly string[], line?: string) => world().program.inTerminal(args, { region: SOURCE, credentials: operator, line });
  const json = (called: Called) => JSON.parse(called.stdout) as Record<string, never>;

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

  test('whoever may only look changes nothing', async () => {
    const look = (...args: string[]) => call(args, DESTINATION, viewer);
    expect(await look('status', NAME)).toMatchObject({ stderr: '', stdout: expect.stringContaining('read 2 of 2 Regions') });
    expect(await look('diff', ...TO, '--last')).toMatchObject({ stderr: '', stdout: expect.stringContaining('drift check of') });
    expect(await look('diff', NAME, '--source', '--last')).toMatchObject({ stderr: '', stdout: expect.stringContaining('sweep of') });
    expect(await look('explain', NAME, 'membership/nobody/nowhere')).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await look('letters', NAME)).stdout).not.toContain('permission');
    expect(await look('sweep', NAME, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: states:StartExecution') });
    expect(await look('repair', ...TO, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: states:StartExecution') });
    expect(await look('pause', ...TO, '--yes')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('permission is missing: lambda:ListEventSourceMappings') });
  });

  test('what somebody deleted in the destination is found by diff and mended by repair, and nothing is written without a yes', async () => {
    const { source, destination } = world();
    const thingName = 'cli-lost';
    await source.iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { v: '1' } } }));
    await destination.registryOnce((registry) => thingName in registry.things);
    await destination.iot.send(new DeleteThingCommand({ thingName }));

    const found = await call(['diff', ...TO, '--entity', 'cli-*', '--json']);
    expectSchema('diff', json(found));
    expect([found.exitCode, json(found).differences]).toEqual([1, [{ kind: 'thing', pk: `thing#${thingName}`, sk: 'thing', difference: 'missing' }]]);
    const explained = await call(['explain', NAME, `thing/${thingName}`, '--json']);
    expectSchema('explain', json(explained));
    expect(json(explained)).toMatchObject({ places: [{ region: SOURCE, fine: true, record: { deleted: false } }, { region: DESTINATION, difference: 'missing', hasNewest: true, registry: { exists: false } }] });
    const last = await inTerminal(['diff', ...TO, '--last', '--entity', thingName]);
    expect(last.stdout.replace(COLORS, '')).toContain(`thing/${thingName}  missing`);

    expect(await inTerminal(['repair', ...TO], 'no')).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('nothing was changed') });
    const mended = await inTerminal(['repair', ...TO], 'yes');
    expect([mended.exitCode, mended.stdout.replace(COLORS, '')]).toEqual([0, expect.stringMatching(/missing +1\b/)]);
    expect((await destination.registry()).things).toHaveProperty(thingName);
    await source.iot.send(new DeleteThingCommand({ thingName }));
    expect(await world().differences()).toEqual([]);
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
    const { source, destination, lambda } = world();
    const isOn = async () => {
      const found = await Promise.all([`${NAME}-replicator`, `${NAME}-retry`].map((FunctionName) => lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))));
      return found.flatMap(({ EventSourceMappings = [] }) => EventSourceMappings.map(({ State }) => State));
    };
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
}
