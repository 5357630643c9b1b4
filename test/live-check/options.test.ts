import { Command, commandOf } from '../../live-check/options';
import { EXIT } from '../../src/cli/exit-codes';
import { runProgram } from '../cli/harness';

const BELIEFS = [{ id: 'member-again', topic: 'registry' }, { id: 'recursion', topic: 'functions' }] as const;
const REGIONS = ['--source-region', 'us-east-1', '--destination-region', 'eu-west-1'];

/** What the program makes of arguments. @throws Error with what it notes, if it takes them not */
async function parsed(...args: string[]): Promise<Command> {
  let command: Command | undefined;
  const { notes } = await runProgram(['live-check', ...args], {
    liveCheck: () => ({
      liveCheck: (options) => {
        command = commandOf(options, BELIEFS);
        return Promise.resolve(EXIT.yes);
      },
    }),
  });
  if (!command) throw new Error(notes);
  return command;
}

test('missing options are asked for, and all beliefs are checked', async () => {
  expect(await parsed(...REGIONS)).toEqual({
    what: 'check',
    options: { sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1', only: [], report: undefined, profile: undefined, yes: false, switchEventsOn: false },
  });
});

test('--only takes beliefs and topics, with commas and more than once', async () => {
  expect(await parsed(...REGIONS, '--only', 'registry,recursion', '--only=member-again')).toMatchObject({ options: { only: ['registry', 'recursion', 'member-again'] } });
  expect(await parsed('--list', '--only', 'functions')).toEqual({ what: 'list', only: ['functions'] });
});

test('--clean needs no Regions', async () => {
  expect(await parsed('--clean', 'abcd1234', '--profile', 'mine')).toEqual({ what: 'clean', runId: 'abcd1234', profile: 'mine' });
});

test.each([
  [[], '--source-region: got nothing, expected a Region such as us-east-1'],
  [['--source-region', 'us-east-1'], '--destination-region: got nothing, expected a Region such as us-east-1'],
  [['--source-region', 'Ireland', '--destination-region', 'eu-west-1'], '--source-region: got Ireland, expected a Region such as us-east-1'],
  [['--source-region', 'us-east-1', '--destination-region', 'us-east-1'], '--destination-region: got us-east-1, which is also the source, expected another Region'],
  [[...REGIONS, '--only', 'tings'], '--only: got tings, expected a topic (registry, identities, events, workflows, functions, queues, tables, account, deployment) or a belief; --list shows all'],
  [['--clean', '*'], '--clean: got *, expected the id of a run: eight lowercase letters and digits, as in live-check-<run>-…'],
  [[...REGIONS, '--force'], /unknown option '--force'/],
  [[...REGIONS, 'fleet'], /too many arguments/],
])('fails for %j', async (args, message) => {
  await expect(parsed(...args)).rejects.toThrow(message);
});
