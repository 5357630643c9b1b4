import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from './child-process';
import { Emulator } from './emulator';
import { emulatorPython } from './python-environment';

/** Runs commands as a person types them, with the pinned AWS CLI and in a directory of its own, against an emulator. */
export class Shell {
  public static async create(emulator: Emulator): Promise<Shell> {
    const directory = fs.mkdtempSync(path.join(path.dirname(emulator.logFile), 'shell-'));
    const bin = path.join(directory, 'bin');
    fs.mkdirSync(bin);
    // As an option, because this version of the CLI reads the endpoint of SQS from nowhere else.
    const aws = `#!/bin/sh\nexec "${await emulatorPython()}" -m awscli --endpoint-url "$AWS_ENDPOINT_URL" "$@"\n`;
    fs.writeFileSync(path.join(bin, 'aws'), aws, { mode: 0o755 });
    return new Shell(emulator, directory, bin);
  }

  private constructor(private readonly emulator: Emulator, public readonly directory: string, private readonly bin: string) {}

  /** @throws CommandFailedError with the output, if any of the commands fails */
  public run(commands: string, region: string): Promise<string> {
    const env = { ...this.emulator.env(region), PATH: `${this.bin}${path.delimiter}${process.env.PATH}`, AWS_PAGER: '' };
    return run('bash', ['-euo', 'pipefail', '-c', commands], { cwd: this.directory, env });
  }

  public write(file: string, content: string): void {
    fs.writeFileSync(path.join(this.directory, file), content);
  }
}
