import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { floorOf } from './library';
import { CommandFailedError, run } from '../emulator/child-process';
import { WORK } from '../emulator/paths';

/**
 * The local repository of Maven, for building and using the package: below `.work`, so that nothing of this project gets into the developer's own.
 * Settings, such as mirrors, are those of the machine.
 */
export const MAVEN_REPOSITORY = path.join(WORK, 'maven');

/** Tried in this order if Maven does not find the floor: a mirror may lack some versions. */
const LATER_VERSIONS = ['2.271.0', '2.272.0'];

const GROUP = 'software.amazon.awscdk';
const ARTIFACT = 'aws-cdk-lib';
const GET = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get';
const BOUND_MILLIS = 120_000;

/**
 * Installs aws-cdk-lib into the local repository and returns its version: the floor, or the next version that Maven has.
 *
 * The package's dependency is a range, and Maven resolves it from a list of versions that can lag behind the versions themselves. The installed version is
 * listed, so that neither the build nor its outcome depends on that list.
 * @throws Error if Maven finds none of the versions, with its message about the floor
 */
export async function installCdkForJava(): Promise<string> {
  const versions = [floorOf(ARTIFACT), ...LATER_VERSIONS];
  let reason: unknown;
  for (const version of versions) {
    try {
      await maven(GET, `-Dartifact=${GROUP}:${ARTIFACT}:${version}`);
    } catch (error) {
      if (!(error instanceof CommandFailedError)) throw error;
      reason ??= error;
      continue;
    }
    await install(version);
    return version;
  }
  throw new Error(`Maven has none of aws-cdk-lib ${versions.join(', ')}; add a version that it has to packages/maven.ts`, { cause: reason });
}

async function install(version: string): Promise<void> {
  const downloaded = path.join(MAVEN_REPOSITORY, ...GROUP.split('.'), ARTIFACT, version);
  // A copy, because Maven does not install a file onto itself.
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'registry-replication-maven-'));
  try {
    const [file, pomFile] = ['jar', 'pom'].map((type) => path.join(directory, `${ARTIFACT}-${version}.${type}`));
    for (const each of [file, pomFile]) fs.copyFileSync(path.join(downloaded, path.basename(each)), each);
    await maven('install:install-file', `-Dfile=${file}`, `-DpomFile=${pomFile}`);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

function maven(...args: readonly string[]): Promise<string> {
  return run('mvn', ['--batch-mode', '--quiet', `-Dmaven.repo.local=${MAVEN_REPOSITORY}`, ...args], { cwd: os.tmpdir(), timeoutMillis: BOUND_MILLIS });
}
