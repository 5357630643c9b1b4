import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

interface Step { readonly exec?: string; readonly execArgs?: readonly string[]; readonly receiveArgs?: boolean }

test('an argument with a space stays one argument', () => {
  const { tasks } = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')) as { readonly tasks: Record<string, { readonly steps?: readonly Step[] }> };
  const receiving = Object.entries(tasks).flatMap(([name, { steps = [] }]) => steps.filter(({ receiveArgs }) => receiveArgs).map((step) => ({ name, step })));
  expect(receiving.map(({ name }) => name)).toEqual(expect.arrayContaining(['mutants', 'simulate', 'test']));
  expect(receiving.filter(({ step }) => step.execArgs === undefined)).toEqual([]);
});
