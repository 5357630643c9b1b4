import * as fs from 'node:fs';
import * as path from 'node:path';
import { createColors } from 'picocolors';
import { advisedIn, expectArguments } from './arguments';
import { at, NOW } from './harness';
import { ROOT } from '../../emulator/paths';
import { inSameWay, onward } from '../../src/cli/advice';
import { sentenceOf } from '../../src/cli/explain/sentence';
import { causeOf } from '../../src/cli/letters/causes';
import { letterIn } from '../../src/cli/letters/letter';
import { onwardFrom } from '../../src/cli/letters/show';
import { shownStatus } from '../../src/cli/status/show';
import type { RegionStatus } from '../../src/cli/status/status';
import { DriftKind } from '../../src/drift/drift-kind';
import type { Entity } from '../../src/kinds';
import type { StatusItem } from '../../src/status/handler/status';

const page = (name: string) => fs.readFileSync(path.join(ROOT, 'docs', name), 'utf8');

describe('a command to go on with', () => {
  test.each<[string, { readonly region?: string; readonly profile?: string }, string]>([
    ['is called as the one before, which found the replication by the environment', {}, 'letters fleet'],
    ['has the Region that the one before was given', { region: 'eu-west-1' }, 'letters fleet --region eu-west-1'],
    ['has its profile, too', { region: 'eu-west-1', profile: 'ops' }, 'letters fleet --region eu-west-1 --profile ops'],
    ['is one that a shell takes, whatever the profile is called', { profile: "Jo's ops" }, "letters fleet --profile 'Jo'\\''s ops'"],
  ])('%s', (_, connection, expected) => {
    expect(inSameWay('letters fleet', connection)).toBe(expected);
  });

  test('that is about a Region stays with that one', () => {
    expect(inSameWay('repair fleet --region eu-west-1', { region: 'us-east-1' })).toBe('repair fleet --region eu-west-1');
  });

  test('is there once', () => {
    expect(onward(['sweep fleet', 'letters fleet', 'sweep fleet'], {})).toEqual(['-> sweep fleet', '-> letters fleet']);
  });
});

describe('every command that an answer says to go on with is one that the program takes', () => {
  const expectAdvice = async (answer: string, atLeast: number) => {
    const commands = advisedIn(answer);
    for (const command of commands) await expectArguments(command.split(' '));
    expect(commands.length).toBeGreaterThanOrEqual(atLeast);
    return commands;
  };

  test('below the reasons of a status, and what only looks comes first', async () => {
    const codes = [...new Set(page('monitoring.md').match(/`[A-Z]+(_[A-Z]+)+`|`(WAITING|DRIFT|SWEEP)`/g))].map((code) => code.replaceAll('`', ''));
    const status = { state: 'DEGRADED', reasons: codes.map((code) => `${code}: so it is`) } as unknown as StatusItem;
    const region: RegionStatus = { region: 'eu-west-1', role: 'destination', reachable: true, state: 'DEGRADED', inSync: false, status };
    const shown = shownStatus({
      replication: 'fleet', sourceRegion: 'us-east-1', destinationRegions: ['eu-west-1'], readAt: at(0), durationMs: 1, inSync: false, regions: [region],
    }, NOW, createColors(false), { profile: 'ops' });
    const commands = await expectAdvice(shown, 5);
    const changing = commands.map((command) => /^(sweep|repair) /.test(command));
    expect(changing).toEqual([...changing].sort());
  });

  test('below letters', async () => {
    const key = { pk: 'thing#lamp-1', sk: 'thing' };
    const bodies = [
      ...['waiting', 'rejected'].map((of) => ({ ...key, class: of, error: 'Error' })), { DDBStreamBatchInfo: {} }, { received: 'x' }, { event: { eventType: 'THING_EVENT' }, error: 'InvalidEvent' },
      { event: { eventType: 'THING_EVENT' }, error: 'States.Timeout' }, { event: { eventType: 'REPLICATION_OBSERVATION' } }, { base64OriginalPayload: 'e30=' },
    ];
    const letters = bodies.map((body, i) => ({ ...letterIn(JSON.stringify(body)), region: 'eu-west-1', messageId: String(i), sentAt: at(i), body: '' }));
    expect(await expectAdvice(onwardFrom(letters, 'fleet', {}).join('\n'), 4)).toEqual(['explain fleet thing/lamp-1', 'letters fleet --in eu-west-1 --redrive', 'repair fleet --region eu-west-1', 'sweep fleet']);
  });

  test.each<Entity>([{ kind: 'thing', thingName: 'lamp-1' }, { kind: 'policy', policyName: 'lamps' }, { kind: 'certificate', certificateId: '4f1e' }])('of an entity: %j', async (entity) => {
    const letter = { ...letterIn('{"pk":"thing#lamp-1","sk":"thing"}'), region: 'eu-west-1', messageId: '1', sentAt: at(9), body: '' };
    const exists = { registry: { exists: true } };
    const commands = (['source', 'destination'] as const).flatMap((role) => [
      ...[undefined, ...Object.values(DriftKind)].flatMap((difference) => [
        { difference }, { difference, letters: [letter] }, { difference, waiting: { since: at(9), lettered: false } }, { difference, waiting: { since: at(9), lettered: true, for: 'type/lamp' } }, { difference, record: null }, { difference, hasNewest: false },
      ]),
      { record: 'unreadable' as const },
      { rejected: 'it is odd' },
    ].flatMap((facts) => sentenceOf({ region: 'eu-west-1', role, letters: [], ...exists, ...facts }, 'fleet', entity, NOW).advice ?? []));
    await expectAdvice(commands.map((command) => `-> ${command}`).join('\n'), 10);
  });
});

test('each error of the documentation\'s tables of letters that can be redriven has its line on what to do', () => {
  const [ofSource, ofDestination] = page('dead-letters.md').split(/^## Of a destination$/m);
  const errorsIn = (cell: string) => [...cell.split(', the reason')[0].matchAll(/`([A-Z][A-Za-z.*]+)`/g)].map(([, error]) => error.replace('*', 'x'));
  const source = [...ofSource.matchAll(/^\| (`[^|]+) \| [^|]+ \| [^|]+ \|$/gm)].flatMap(([, cell]) => errorsIn(cell)).map((error) => ['event', undefined, error] as const);
  const destination = [...ofDestination.matchAll(/^\| `(waiting|rejected)` \| (`[^|]+) \| [^|]+ \| [^|]+ \|$/gm)].flatMap(([, of, cell]) => errorsIn(cell).map((error) => ['key', of, error] as const));
  expect(Math.min(source.length, destination.length)).toBeGreaterThan(5);
  const without = [...source, ...destination].filter(([format, of, error]) => causeOf(format, of, error) === undefined).map((each) => each.join(' '));
  expect(without).toEqual(['key rejected UnknownMessage']);
});
