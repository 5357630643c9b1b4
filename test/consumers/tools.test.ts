import * as fs from 'node:fs';
import * as path from 'node:path';
import { python, typescript } from './consumers';
import { isEveryToolRequired, missingTool } from './tools';
import { ROOT } from '../../emulator/paths';

const node = { command: process.execPath, version: '--version', install: 'Node.js' };

test('a tool that runs is not missing; an absent one is, and a failing one too', () => {
  expect(missingTool([node])).toBeUndefined();
  expect(missingTool([node, { ...node, command: 'there-is-no-such-tool' }])).toMatchObject({ command: 'there-is-no-such-tool', reason: expect.stringContaining('ENOENT') });
  expect(missingTool([{ ...node, version: '--no-such-option' }])).toMatchObject({ reason: expect.stringMatching(/^it ended with \d+$/) });
});

test('what npm and Python have to do needs neither Java nor Go', () => {
  expect([...typescript.tools, ...python.tools].map(({ install }) => install.split(' ')[0])).toEqual(['Node.js', 'Python']);
});

test.each<[NodeJS.ProcessEnv, boolean]>([
  [{}, false], [{ CI: '' }, false], [{ CI: 'false' }, false], [{ CI: '0' }, false], [{ CI: 'true' }, true], [{ CI: '1' }, true],
  [{ REQUIRE_EVERY_TOOL: 'true' }, true], [{ CI: 'false', REQUIRE_EVERY_TOOL: '1' }, true],
])('with %j, what can not be tried is a failure: %p', (environment, expected) => {
  expect(isEveryToolRequired(environment)).toBe(expected);
});

test('the run of record requires every tool', () => {
  expect(fs.readFileSync(path.join(ROOT, '.ci', 'run'), 'utf8')).toMatch(/^export REQUIRE_EVERY_TOOL=true$/m);
});
