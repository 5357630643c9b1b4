import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Gives a run of the tests a folder of its own for temporary files: aws-cdk-lib leaves an assembly there for each app, and a run makes thousands. */
export default function useTemporaryFolder(): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'registry-replication-tests-'));
  process.env.TMPDIR = folder;
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
}
