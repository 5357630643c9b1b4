import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './child-process';
import { Emulator } from './emulator';
import { ROOT } from './paths';

export interface CdkAppOptions {
  /** File with the app, TypeScript, relative to the repository. */
  readonly app: string;
  /** Id of the Stage that contains all stacks: `--all` ignores Stages. Default: the app contains them itself. */
  readonly stage?: string;
  /** Where the app finds packages that are not in the repository's node_modules. */
  readonly nodePath?: string;
  readonly context?: Record<string, string>;
  /** Further environment variables of the app. */
  readonly environment?: Record<string, string>;
}

/** The outputs of the stacks, by stack name. */
export type StackOutputs = Record<string, Record<string, string>>;

/** The real CDK CLI of this project, pointed at the emulator. */
export class CdkCli {
  /** Everything that the CLI prints. */
  public readonly logFile: string;
  private readonly directory: string;
  private calls = 0;

  constructor(private readonly emulator: Emulator) {
    this.directory = path.dirname(emulator.logFile);
    this.logFile = path.join(this.directory, 'cdk.log');
  }

  public async bootstrap(regions: readonly string[]): Promise<void> {
    await this.cdk(['bootstrap', ...regions.map((region) => `aws://${this.emulator.account}/${region}`)], regions[0]);
  }

  /** Deploys all stacks of an app, destinations included, and returns their outputs. */
  public deployAll(app: CdkAppOptions, region: string): Promise<StackOutputs> {
    return this.deploy([...allOf(app), '--concurrency', '2'], app, region);
  }

  /** Deploys one stack, by its id, without the stacks that it depends on. */
  public deployAlone(stack: string, app: CdkAppOptions, region: string): Promise<StackOutputs> {
    return this.deploy(['--exclusively', stack], app, region);
  }

  private async deploy(what: readonly string[], app: CdkAppOptions, region: string): Promise<StackOutputs> {
    const outputs = path.join(this.directory, `outputs-${this.calls}.json`);
    const args = ['deploy', ...what, '--require-approval', 'never', '--outputs-file', outputs];
    await this.withApp(args, app, region);
    return fs.existsSync(outputs) ? JSON.parse(fs.readFileSync(outputs, 'utf8')) as StackOutputs : {};
  }

  public async destroyAll(app: CdkAppOptions, region: string): Promise<void> {
    await this.withApp(['destroy', ...allOf(app), '--force'], app, region);
  }

  private async withApp(args: readonly string[], app: CdkAppOptions, region: string): Promise<void> {
    const context = Object.entries(app.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const command = `node -r ts-node/register/transpile-only ${path.join(ROOT, app.app)}`;
    const assembly = path.join(this.directory, `cdk.out-${this.calls}`);
    await this.cdk([...args, ...context, '--app', command, '--output', assembly], region, {
      ...app.environment,
      ...app.nodePath ? { NODE_PATH: app.nodePath } : {},
      TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.dev.json'),
    });
  }

  private async cdk(args: readonly string[], region: string, environment: Record<string, string> = {}): Promise<void> {
    this.calls++;
    const cli = path.join(ROOT, 'node_modules', '.bin', 'cdk');
    await run(cli, [...args, '--no-notices', '--no-version-reporting', '--no-asset-metadata', '--no-path-metadata', '--progress', 'events', '--ci'], {
      // Outside of the repository's root, which may contain a developer's own cdk.json.
      cwd: this.directory,
      env: {
        ...this.emulator.env(region),
        CDK_DISABLE_CLI_TELEMETRY: 'true',
        // CDK's own rules about templates find nothing in these apps, and take longer than their synthesis.
        CDK_VALIDATION: 'false',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: 'true',
        CDK_HOME: path.join(this.directory, 'cdk-home'),
        CDK_DEFAULT_ACCOUNT: this.emulator.account,
        CDK_DEFAULT_REGION: region,
        ...environment,
      },
      logFile: this.logFile,
    });
  }
}

function allOf({ stage }: CdkAppOptions): string[] {
  return [stage === undefined ? '--all' : `${stage}/**`];
}
