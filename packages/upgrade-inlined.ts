/** Upgrades, in the lockfile alone, esbuild and all that it has put into the bundles. */
import { spawnSync } from 'node:child_process';
import { inlinedPackages } from './inlined';
import { ROOT } from '../emulator/paths';

const names = new Set(['esbuild', ...inlinedPackages(ROOT).map(({ name }) => name)]);
// Without --save, so that package.json stays as projen writes it: its ranges are what the project accepts.
const { status, error } = spawnSync('npm', ['update', '--ignore-scripts', '--no-audit', '--no-fund', ...names], { cwd: ROOT, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
