import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CommandFailedError, run } from '../emulator/child-process';
import { ROOT } from '../emulator/paths';

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** What the rules say of the folder `src` of a tree. */
async function violationsIn(root: string): Promise<readonly string[]> {
  const args = ['--config', path.join(ROOT, '.dependency-cruiser.js'), '--output-type', 'json', 'src'];
  const output = await run(path.join(ROOT, 'node_modules/.bin/depcruise'), args, { cwd: root }).catch((error: Error) => {
    // It exits with the number of errors.
    if (error instanceof CommandFailedError) return error.output;
    throw error;
  });
  const { summary } = JSON.parse(output) as { readonly summary: { readonly violations: readonly Violation[]; readonly totalCruised: number } };
  expect(summary.totalCruised).toBeGreaterThan(5);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} > ${to}`);
}

test('the rooms of src import only what they may', async () => {
  expect(await violationsIn(ROOT)).toEqual([]);
});

describe('each rule is broken by', () => {
  const imports = (...targets: string[]) => `${targets.map((target, i) => `import * as t${i} from '${target}';\n`).join('')}export const all = [${targets.map((_, i) => `t${i}`).join(', ')}];\n`;
  const TREE: Readonly<Record<string, string>> = {
    'record/keys.ts': "import type { Status } from '../status/status';\nexport type Key = Status;\n",
    'status/status.ts': 'export interface Status { readonly state: string }\n',
    'settings/one.ts': "import type { Two } from './two';\nexport interface One { readonly two: Two }\n",
    'settings/two.ts': "import type { One } from './one';\nexport interface Two { readonly one: One }\n",
    'sweep/sweep.ts': imports('./handler/begin', './sweep.lambda'),
    'sweep/sweep.lambda.ts': imports('./handler/begin'),
    'sweep/handler/begin.ts': imports('../../regional/stack', '../../runtime/pace'),
    'regional/stack.ts': "import { Stack } from 'aws-cdk-lib';\nexport const stack = Stack;\n",
    'runtime/pace.ts': 'export const pace = 1;\n',
    'table/table.ts': imports('../runtime/pace'),
    'attic/attic.ts': imports('../record/keys'),
  };
  let violations: readonly string[];

  beforeAll(async () => {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rooms-'));
    for (const [file, text] of Object.entries(TREE)) {
      fs.mkdirSync(path.join(root, 'src', path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(root, 'src', file), text);
    }
    fs.writeFileSync(path.join(root, 'tsconfig.dev.json'), '{ "include": ["src"] }');
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
    violations = await violationsIn(root);
  });

  test.each([
    ['an arrow up, be it of a type', 'no-way-up-from-record: src/record/keys.ts > src/status/status.ts'],
    ['a circle of types', 'no-circle: src/settings/one.ts > src/settings/two.ts'],
    ['a construct that imports a handler', 'handlers-only-by-entry-points: src/sweep/sweep.ts > src/sweep/handler/begin.ts'],
    ['a construct that imports what handlers stand on', 'handlers-only-by-entry-points: src/table/table.ts > src/runtime/pace.ts'],
    ['a construct that imports an entry point', 'nothing-imports-entry-points: src/sweep/sweep.ts > src/sweep/sweep.lambda.ts'],
    ['a handler that reaches the CDK by way of another file', expect.stringMatching(/^no-constructs-in-handlers: src\/sweep\/handler\/begin\.ts > .*aws-cdk-lib/)],
    ['a room that the list does not have', 'no-room-without-place: src/attic/attic.ts > src/record/keys.ts'],
  ])('%s', (_, violation) => {
    expect(violations).toContainEqual(violation);
  });

  test('nothing else', () => {
    // A handler that reaches the CDK is found once for each file that it is reached from.
    const names = new Set(violations.filter((each) => !each.startsWith('no-constructs-in-handlers')).map((each) => each.split(':')[0]));
    expect([...names].sort()).toEqual(['handlers-only-by-entry-points', 'no-circle', 'no-room-without-place', 'no-way-up-from-record', 'nothing-imports-entry-points']);
  });
});
