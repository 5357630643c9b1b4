/** After a release: makes its API the baseline, and its version the one that the examples require. See CONTRIBUTING.md. */
import { writeBaseline } from './compatibility';
import { writeVersionInExamples } from './examples';
import { packLibrary } from './library';
import { shown } from '../emulator/paths';

async function released([version, ...others]: string[]): Promise<void> {
  if (!/^\d+\.\d+\.\d+$/.test(version ?? '') || others.length > 0) {
    throw new Error(`expected the version that was released, such as 0.1.0, got ${[version, ...others].join(' ') || 'nothing'}; run it as \`npx projen released 0.1.0\``);
  }
  const file = writeBaseline(await packLibrary(), version);
  writeVersionInExamples(version);
  process.stdout.write(`${shown(file)}: the API of ${version}, which the examples want\n`);
}

released(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
