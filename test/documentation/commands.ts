/** Every command of the README and of the pages in docs: what is in blocks of shell commands, and what is in the middle of a sentence. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../../emulator/paths';

const PROMPT = '$ ';

const TOOLS = ['aws', 'npx', 'npm', 'pip', 'mvn', 'go', 'node', 'jq'];

export interface Documented {
  readonly file: string;
  /** Above it. */
  readonly heading: string;
  /** One line, or a block of several. */
  readonly commands: string;
}

/** Written by hand, that is, those of the API left out. */
export function pages(): string[] {
  return ['README.md', ...fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md')).sort().map((name) => `docs/${name}`)];
}

export function documentedCommands(file: string, text = fs.readFileSync(path.join(ROOT, file), 'utf8')): Documented[] {
  const found: Documented[] = [];
  let heading = '';
  let block: { readonly indentation: number; readonly language: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const [, indentation, language] = /^((?: *(?:\d+\.|[*-]))? *)```(\S*)/.exec(line) ?? [];
    if (indentation !== undefined && block) {
      found.push(...commandsIn(block).map((commands) => ({ file, heading, commands })));
      block = undefined;
    } else if (indentation !== undefined) {
      block = { indentation: indentation.length, language, lines: [] };
    } else if (block) {
      block.lines.push(line);
    } else {
      heading = /^#+ (.*)/.exec(line)?.[1] ?? heading;
      const inline = [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code).filter((code) => TOOLS.some((tool) => code.startsWith(`${tool} `)));
      found.push(...inline.map((commands) => ({ file, heading, commands })));
    }
  }
  return found;
}

/** Those of a block: all of it, if it is one of a shell, and what comes after a prompt in a session. */
function commandsIn({ indentation, language, lines }: { readonly indentation: number; readonly language: string; readonly lines: readonly string[] }): string[] {
  const text = lines.map((each) => each.slice(indentation));
  if (['sh', 'bash', 'shell'].includes(language)) return [text.join('\n')];
  return language === 'console' ? text.filter((line) => line.startsWith(PROMPT)).map((line) => line.slice(PROMPT.length)) : [];
}

/** As somebody types it who puts what is theirs where the page has a word for it. */
export function typed(commands: string): string {
  return commands.replaceAll(/<[\w-]+>/g, 'given').replaceAll(/--region …/g, '--region us-east-1').replaceAll('…', 'arn:aws:states:us-east-1:111122223333');
}
