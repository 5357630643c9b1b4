import * as program from './program';
import { runInProcess } from '../src/cli/in-process';

// As the bundled program does it, from the sources.
void runInProcess(['live-check', ...process.argv.slice(2)], { liveCheck: () => program });
