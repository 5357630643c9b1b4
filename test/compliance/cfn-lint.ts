import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from '../../emulator/child-process';
import { PythonProgram, pythonWith } from '../../emulator/python-environment';
import { Json } from '../apps';

const CFN_LINT: PythonProgram = { name: 'cfn-lint', requirements: 'test/compliance/requirements.txt', folder: 'cfn-lint' };
/** Its command names the interpreter by a path from before the environment was put into its place. */
const MAIN = 'import sys; from cfnlint.runner import main; sys.exit(main())';
const BOUND_MILLIS = 120_000;

/** What cfn-lint has to say of a template. */
export interface Remark {
  readonly template: string;
  /** Such as `E3012`: an error, a warning (`W`) or an information (`I`). */
  readonly rule: string;
  /** Where in the template, with slashes. */
  readonly path: string;
  readonly message: string;
}

/** What the pinned cfn-lint has to say of templates, by their names, in any of the Regions. Installs it on first use. */
export async function lint(templates: Readonly<Record<string, Json>>, regions: readonly string[]): Promise<Remark[]> {
  const python = await pythonWith(CFN_LINT);
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'templates-'));
  try {
    const files = new Map(Object.entries(templates).map(([name, template], i) => {
      const file = path.join(directory, `${i}.template.json`);
      fs.writeFileSync(file, JSON.stringify(template));
      return [file, name];
    }));
    // No configuration of the person who runs this, and an exit code for nothing but its own failures.
    const options = ['--format', 'json', '--non-zero-exit-code', 'none', '--regions', ...regions];
    const printed = await run(python, ['-c', MAIN, ...options, '--template', ...files.keys()], {
      cwd: directory, env: { PATH: process.env.PATH, HOME: directory, LANG: process.env.LANG }, timeoutMillis: BOUND_MILLIS,
    });
    return (JSON.parse(printed) as Json[]).map(({ Filename, Rule, Location, Message }) => ({
      template: files.get(Filename)!, rule: Rule.Id, path: (Location.Path ?? []).join('/'), message: Message,
    }));
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}
