import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../emulator/paths';

export const EXAMPLES = path.join(ROOT, 'examples');

/** Where an example names the required version of the package, by the name of the file. Python installs the newest. */
const VERSION: Record<string, RegExp> = {
  'package.json': /(?<="cdk-iot-registry-replication": "\^)[^"]*/,
  'pom.xml': /(?<=<registry-replication\.version>)[^<]*/,
  'go.mod': /(?<=\/cdkiotregistryreplication v)\S*/,
};

/** The version of the package that each example requires, by the file that names it, relative to `examples`. */
export function versionsInExamples(): Record<string, string | undefined> {
  return Object.fromEntries(filesWithVersion().map(([file, pattern]) => [path.relative(EXAMPLES, file), pattern.exec(fs.readFileSync(file, 'utf8'))?.[0]]));
}

export function writeVersionInExamples(version: string): void {
  for (const [file, pattern] of filesWithVersion()) fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(pattern, version));
}

function filesWithVersion(): [file: string, pattern: RegExp][] {
  return fs.readdirSync(EXAMPLES).sort().flatMap((example) => Object.entries(VERSION)
    .map(([name, pattern]): [string, RegExp] => [path.join(EXAMPLES, example, name), pattern])
    .filter(([file]) => fs.existsSync(file)));
}
