/** Makes the API as it is now the one that nothing may break: run at a release. See CONTRIBUTING.md. */
import { writeBaseline } from './compatibility';
import { packLibrary } from './library';
import { shown } from '../emulator/paths';

packLibrary().then(writeBaseline).then(
  (file) => process.stdout.write(`${shown(file)}: the API as it is now\n`),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
