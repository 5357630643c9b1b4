#!/usr/bin/env node
import * as path from 'node:path';
import { runInProcess } from './in-process';
import type { LiveCheck } from './live-check';

/** Beside this bundle. */
const LIVE_CHECK = path.join(__dirname, 'live-check.js');

// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it runs, and a bundle of its own: see packages/inlined.ts
void runInProcess(process.argv.slice(2), { liveCheck: () => require(LIVE_CHECK) as LiveCheck });
