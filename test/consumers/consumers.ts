import * as fs from 'node:fs';
import * as path from 'node:path';
import { Consumer, Tool } from './stranger';
import { packLanguage } from '../../packages/languages';
import { floorOf } from '../../packages/library';
import { installCdkForJava, MAVEN_REPOSITORY } from '../../packages/maven';

const PYTHON = process.env.PYTHON || 'python3';
const GO_MODULE = 'github.com/iot-registry-replication/cdk-iot-registry-replication-go/cdkiotregistryreplication';
const npm: Tool = { command: 'npm', version: '--version', install: 'Node.js' };

/** All TypeScript examples. They have the same dependencies, so one project holds them, and one run of the compiler checks them. */
export const typescript: Consumer = {
  name: 'npm',
  tools: [npm],
  examples: ['typescript', 'several-destinations', 'router', 'alarms', 'existing-key', 'pipeline-stage'],
  async install(project, { tarball }) {
    fs.copyFileSync(path.join(project.directory, this.examples[0], 'package.json'), path.join(project.directory, 'package.json'));
    const pins = [tarball, `aws-cdk-lib@${floorOf('aws-cdk-lib')}`, `constructs@${floorOf('constructs')}`];
    await project.run('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', ...pins]);
    project.write('tsconfig.json', JSON.stringify({ extends: `./${this.examples[0]}/tsconfig.json`, include: ['*/*.ts'] }));
    await project.run('npx', ['tsc', '--project', '.']);
    // Their types have just been checked, all at once.
    return { TS_NODE_TRANSPILE_ONLY: 'true' };
  },
};

export const python: Consumer = {
  name: 'python',
  tools: [{ command: PYTHON, version: '--version', install: 'Python 3.10 or newer with venv, or set PYTHON to where it is' }],
  examples: ['python'],
  async install(project, library) {
    const wheel = onlyFile(await packLanguage('python', library), '.whl');
    const bin = path.join(project.directory, '.venv', 'bin');
    await project.run(PYTHON, ['-m', 'venv', '.venv']);
    const pins = [wheel, `aws-cdk-lib==${floorOf('aws-cdk-lib')}`, `constructs==${floorOf('constructs')}`];
    await project.run(path.join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-input', '--requirement', 'requirements.txt', ...pins]);
    return { PATH: `${bin}${path.delimiter}${project.environment.PATH}` };
  },
};

export const java: Consumer = {
  name: 'java',
  tools: [
    { command: 'javac', version: '-version', install: 'a JDK, 17 or newer' },
    { command: 'mvn', version: '--version', install: 'Maven 3.8 or newer' },
  ],
  examples: ['java'],
  async install(project, library) {
    const built = await packLanguage('java', library);
    // The example has the version of the last release, and the floor of aws-cdk-lib.
    const versions = { 'registry-replication': library.version, 'aws-cdk-lib': await installCdkForJava() };
    const properties = Object.entries(versions).map(([name, version]) => `-D${name}.version=${version}\n`);
    project.write('.mvn/maven.config', [`-Dmaven.repo.local=${MAVEN_REPOSITORY}\n`, ...properties].join(''));
    const [file, pomFile] = [onlyFile(built, `-${library.version}.jar`), onlyFile(built, '.pom')];
    await project.run('mvn', ['--batch-mode', '--quiet', 'install:install-file', `-Dfile=${file}`, `-DpomFile=${pomFile}`]);
    return {};
  },
};

export const go: Consumer = {
  name: 'go',
  tools: [{ command: 'go', version: 'version', install: 'Go 1.25 or newer' }],
  examples: ['go'],
  async install(project, library) {
    const module = path.dirname(onlyFile(await packLanguage('go', library), `${path.sep}go.mod`));
    await project.run('go', ['mod', 'edit', '-replace', `${GO_MODULE}=${module}`]);
    await project.run('go', ['mod', 'tidy']);
    return {};
  },
};

function onlyFile(directory: string, end: string): string {
  const found = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((file) => path.join(directory, file)).filter((file) => file.endsWith(end));
  if (found.length !== 1) throw new Error(`expected one file *${end} in ${directory}, found ${found.length}`);
  return found[0];
}
