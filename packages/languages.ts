import * as fs from 'node:fs';
import * as path from 'node:path';
import { packingEnv, PackedLibrary } from './library';
import { installCdkForJava, MAVEN_REPOSITORY } from './maven';
import { onceFilled } from '../emulator/atomic-directory';
import { run } from '../emulator/child-process';
import { ROOT, WORK } from '../emulator/paths';

/** The languages beside JavaScript. */
export type Language = 'python' | 'java' | 'go' | 'dotnet';

const BOUND_MILLIS = 240_000;

/** Arguments for packing a language, besides those of the release. For .NET the code is only generated: the release compiles it, and has .NET. */
const OPTIONS: Record<Language, readonly string[]> = {
  python: [],
  java: ['--maven-local-repository', MAVEN_REPOSITORY],
  go: [],
  dotnet: ['--code-only'],
};

interface Task { readonly steps: readonly { readonly execArgs?: readonly string[] }[] }

/**
 * The files that a release publishes for a language, made from the packed library by the task of the release: the content of `dist/<language>`.
 * Packs once for each state of the sources.
 */
export function packLanguage(language: Language, library: PackedLibrary): Promise<string> {
  return onceFilled(path.join(WORK, 'packages', language, library.key), async (target) => {
    const stage = path.join(target, 'stage');
    fs.cpSync(library.directory, stage, { recursive: true });
    const [command, ...args] = releaseCommand(language);
    if (language === 'java') await installCdkForJava();
    await run(command, [...args, ...OPTIONS[language]], { cwd: stage, env: packingEnv(), timeoutMillis: BOUND_MILLIS });
    for (const made of fs.readdirSync(path.join(stage, 'dist', language))) fs.renameSync(path.join(stage, 'dist', language, made), path.join(target, made));
    fs.rmSync(stage, { recursive: true });
  });
}

function releaseCommand(language: Language): readonly string[] {
  const { tasks } = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')) as { tasks: Record<string, Task> };
  const [{ execArgs }, ...others] = tasks[`package:${language}`].steps;
  if (!execArgs || others.length > 0) throw new Error(`expected the task package:${language} to be one command`);
  return execArgs;
}
