import { runCommand } from './command';
import type { LiveCheck } from '../src/cli/live-check';

/** In the current folder of the command. */
const DIRECTORY = '.live-check';

/** As a command of the program; the entry point of its bundle. */
export const liveCheck: LiveCheck['liveCheck'] = (options, { terminal, signal, impatience }) => runCommand(options, { terminal, signal, impatience, directory: DIRECTORY });
