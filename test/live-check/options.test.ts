import { parseCommand } from '../../live-check/options';

const BELIEFS = [{ id: 'member-again', topic: 'registry' }, { id: 'recursion', topic: 'functions' }] as const;
const REGIONS = ['--source-region', 'us-east-1', '--destination-region', 'eu-west-1'];

const parsed = (...args: string[]) => parseCommand(args, BELIEFS);

test('missing options are asked for, and all beliefs are checked', () => {
  expect(parsed(...REGIONS)).toEqual({
    what: 'check',
    options: { sourceRegion: 'us-east-1', destinationRegion: 'eu-west-1', only: [], report: undefined, profile: undefined, yes: false, switchEventsOn: false },
  });
});

test('--only takes beliefs and topics, with commas and more than once', () => {
  expect(parsed(...REGIONS, '--only', 'registry,recursion', '--only=member-again')).toMatchObject({ options: { only: ['registry', 'recursion', 'member-again'] } });
  expect(parsed('--list', '--only', 'functions')).toEqual({ what: 'list', only: ['functions'] });
});

test('--clean needs no Regions, and --help nothing', () => {
  expect(parsed('--clean', 'abcd1234', '--profile', 'mine')).toEqual({ what: 'clean', runId: 'abcd1234', profile: 'mine' });
  expect(parsed('-h')).toEqual({ what: 'help' });
});

test.each([
  [[], '--source-region: got nothing, expected a Region such as us-east-1'],
  [['--source-region', 'us-east-1'], '--destination-region: got nothing, expected a Region such as us-east-1'],
  [['--source-region', 'Ireland', '--destination-region', 'eu-west-1'], '--source-region: got Ireland, expected a Region such as us-east-1'],
  [['--source-region', 'us-east-1', '--destination-region', 'us-east-1'], '--destination-region: got us-east-1, which is also the source, expected another Region'],
  [[...REGIONS, '--only', 'tings'], '--only: got tings, expected a topic (registry, events, workflows, functions, queues, tables, account, deployment) or a belief; --list shows all'],
  [['--clean', '*'], '--clean: got *, expected the id of a run: eight lowercase letters and digits, as in live-check-<run>-…'],
  [[...REGIONS, '--force'], /^Unknown option '--force'.*; --help shows what is expected$/],
  [[...REGIONS, 'fleet'], /^Unexpected argument 'fleet'.*; --help shows what is expected$/],
])('fails for %j', (args, message) => {
  expect(() => parsed(...args)).toThrow(message);
});
