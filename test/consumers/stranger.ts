/** Somebody who has nothing of this repository but a package and an example: copies the example, installs the package beside it, runs the app. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { onceFilled } from '../../emulator/atomic-directory';
import { run } from '../../emulator/child-process';
import { ROOT, WORK } from '../../emulator/paths';
import { keyOf, PackedLibrary } from '../../packages/library';

export const ACCOUNT = '111122223333';

/** A step that takes longer hangs. On a machine that has downloaded nothing yet, most of it is the network's. */
const STEP_BOUND_MILLIS = 240_000;

export interface Tool {
  readonly command: string;
  /** Makes it print its version. */
  readonly version: string;
  /** What to install when it is missing. */
  readonly install: string;
}

export interface Consumer {
  /** Names the folder below `.work/consumers`. */
  readonly name: string;
  readonly tools: readonly Tool[];
  /** Folders below `examples`; each becomes a folder of the project, or the project itself if it is alone. */
  readonly examples: readonly string[];
  /** Installs the package with all that the example asks for, as the README says. Returns what the apps' environment has on top. */
  install(project: Project, library: PackedLibrary): Promise<Record<string, string>>;
}

/** A fresh folder outside of this repository: in it, Node and TypeScript would find packages on the way up that a stranger does not have. */
export class Project {
  public readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'registry-replication-'));
  public readonly environment = strangersEnvironment();

  public run(command: string, args: readonly string[], environment: Record<string, string> = {}, folder = '.'): Promise<string> {
    const cwd = path.join(this.directory, folder);
    return run(command, args, { cwd, env: { ...this.environment, ...environment }, timeoutMillis: STEP_BOUND_MILLIS });
  }

  public write(file: string, content: string): void {
    const target = path.join(this.directory, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, content);
  }
}

/** The cloud assemblies of a consumer's apps, by example. Made once for each state of the sources, examples and tests. */
export async function assembliesOf(consumer: Consumer, library: PackedLibrary): Promise<Record<string, string>> {
  await expectTools(consumer);
  const key = `${library.key}-${keyOf([...consumer.examples.map((example) => `examples/${example}`), 'test/consumers', 'packages'])}`;
  const directory = await onceFilled(path.join(WORK, 'consumers', consumer.name, key), async (target) => {
    const isAlone = consumer.examples.length === 1;
    const project = new Project();
    try {
      for (const example of consumer.examples) copyExample(example, path.join(project.directory, isAlone ? '.' : example));
      const environment = await consumer.install(project, library);
      for (const example of consumer.examples) {
        await runApp(project, isAlone ? '.' : example, { ...environment, CDK_OUTDIR: path.join(target, example) });
      }
    } finally {
      fs.rmSync(project.directory, { recursive: true });
    }
  });
  return Object.fromEntries(consumer.examples.map((example) => [example, path.join(directory, example)]));
}

/** As the CDK CLI runs it. */
async function runApp(project: Project, folder: string, environment: Record<string, string>): Promise<void> {
  const { app } = JSON.parse(fs.readFileSync(path.join(project.directory, folder, 'cdk.json'), 'utf8')) as { app: string };
  // What CDK's own rules say of templates is in `versions.test.ts`, once; they take longer than the synthesis.
  await project.run('sh', ['-c', app], { CDK_DEFAULT_ACCOUNT: ACCOUNT, CDK_VALIDATION: 'false', JSII_DEPRECATED: 'fail', ...environment }, folder);
}

function copyExample(example: string, target: string): void {
  const isOwn = (file: string) => !['node_modules', 'cdk.out', 'target', '.venv', '__pycache__'].includes(path.basename(file));
  fs.cpSync(path.join(ROOT, 'examples', example), target, { recursive: true, filter: isOwn });
}

async function expectTools({ name, tools }: Consumer): Promise<void> {
  for (const { command, version, install } of tools) {
    await run(command, [version]).catch((error: Error) => {
      throw new Error(`the ${name} package is tried with \`${command}\`, which does not run here (${error.message.split('\n')[0]}); install ${install}`);
    });
  }
}

/** This process's without what npm, jest and ts-node have put there, and without this project's own tools. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const isOfTests = (name: string) => /^(npm_|JEST_|TS_NODE_|NODE_(ENV|OPTIONS|PATH)$|JSII_DEPRECATED$|CDK_VALIDATION$)/.test(name) || name === 'INIT_CWD';
  const kept = Object.entries(process.env).filter(([name]) => !isOfTests(name));
  const searched = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => !folder.startsWith(ROOT));
  return { ...Object.fromEntries(kept), PATH: searched.join(path.delimiter), JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: 'true' };
}
