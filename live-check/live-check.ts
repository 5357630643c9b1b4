import { EXIT, runCommand } from './command';
import { interruptionOf } from './interrupts';
import { CONSOLE } from './terminal';

/** In the current folder of the command. */
const DIRECTORY = '.live-check';

async function main(): Promise<void> {
  const interruption = interruptionOf(process, CONSOLE.print);
  try {
    process.exitCode = await runCommand(process.argv.slice(2), { terminal: CONSOLE, interruption, directory: DIRECTORY });
  } catch (error) {
    process.exitCode = interruption.signal.aborted ? EXIT.interrupted : EXIT.doesNotHold;
    if (!interruption.signal.aborted) console.error(`The live check failed: ${(error as Error).name}: ${(error as Error).message}`);
  }
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
void main();
