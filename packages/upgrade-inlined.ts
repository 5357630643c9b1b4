/** Upgrades esbuild and all packages in the bundles, only in the lockfile. */
import { spawnSync } from 'node:child_process';
import { inlinedPackages } from './inlined';
import { ROOT } from '../emulator/paths';

const names = new Set(['esbuild', ...inlinedPackages(ROOT).map(({ name }) => name)]);
// Without --save, so that package.json stays as projen writes it: its ranges are those that the project accepts.
const { status, error } = spawnSync('npm', ['update', '--ignore-scripts', '--no-audit', '--no-fund', ...names], { cwd: ROOT, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;
