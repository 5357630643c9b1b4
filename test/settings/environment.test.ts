import * as fs from 'node:fs';
import * as path from 'node:path';
import { ComparisonEnv } from '../../src/comparison/environment';
import { DriftEnv } from '../../src/drift/environment';
import { MonitoringEnv } from '../../src/metrics/environment';
import { ReplicatorEnv } from '../../src/replicator/environment';
import { environmentOf, flag, json, list, number, optional, text } from '../../src/settings/environment';
import { OwnReplicationEnv, StatusEnv, WatchEnv } from '../../src/status/environment';
import { SweepEnv } from '../../src/sweep/environment';

const CODEC = environmentOf({
  name: text('NAME'), size: number('SIZE'), isOpen: flag('IS_OPEN'), filter: json<object>('FILTER'), others: list('OTHERS'), limit: optional(number('LIMIT')),
});

const SETTINGS = { name: 'fleet', size: 7, isOpen: false, filter: { sk: ['thing'] }, others: ['a', 'b'], limit: 0 };

test('what is written is read again', () => {
  const written = CODEC.write(SETTINGS);
  expect(written).toEqual({ NAME: 'fleet', SIZE: '7', IS_OPEN: 'false', FILTER: '{"sk":["thing"]}', OTHERS: 'a,b', LIMIT: '0' });
  expect(CODEC.read(written)).toEqual(SETTINGS);
});

test('without others or a limit their variables are not set', () => {
  const settings = { ...SETTINGS, others: [], limit: undefined };
  const written = CODEC.write(settings);
  expect(Object.keys(written)).toEqual(['NAME', 'SIZE', 'IS_OPEN', 'FILTER']);
  expect(CODEC.read(written)).toEqual(settings);
});

test.each(['NAME', 'SIZE', 'IS_OPEN', 'FILTER'])('fails without %s, and names it', (name) => {
  for (const value of [undefined, '']) {
    expect(() => CODEC.read({ ...CODEC.write(SETTINGS), [name]: value })).toThrow(`environment variable ${name} is not set: deploy the function with the construct`);
  }
});

describe('the environments of the functions', () => {
  const CODECS = [MonitoringEnv, ReplicatorEnv, ComparisonEnv, SweepEnv, DriftEnv, StatusEnv, WatchEnv, OwnReplicationEnv];
  const ROOT = path.join(__dirname, '..', '..', 'src');
  const sources = fs.readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8')).join('\n');

  test.each([...new Set(CODECS.flatMap(({ names }) => names))])('%s is spelt in one place of src', (name) => {
    expect(sources.split(`'${name}'`)).toHaveLength(2);
  });
});
