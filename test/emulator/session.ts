import * as fs from 'node:fs';
import * as path from 'node:path';
import { PLAIN } from './names';
import type { Called } from './program';
import { ROOT } from '../../emulator/paths';
import { PROGRAM } from '../../src/cli/program';
import { advisedIn } from '../cli/arguments';

/** What a person has typed, without the name of the program, and what was on the screen afterwards. */
export interface Step {
  readonly command: string;
  readonly screen: string;
}

// eslint-disable-next-line no-control-regex -- it is what colours and bars are made of
const CONTROL = /\u001b\[[\d;?]*[A-Za-z]|\r/g;

/** Somebody at a terminal who knows nothing, and calls what the answers say. */
export class Session {
  private readonly all: Step[] = [];

  /** @param run calls the program in a terminal, and answers yes to its question */
  constructor(private readonly run: (args: readonly string[]) => Promise<Pick<Called, 'exitCode' | 'stdout'>>) {}

  public get steps(): readonly Step[] {
    return this.all;
  }

  /** Calls a command that nobody has advised. */
  public async type(command: string): Promise<Called['exitCode']> {
    const { exitCode, stdout } = await this.run(command.split(' '));
    this.all.push({ command, screen: stdout.replace(CONTROL, '') });
    return exitCode;
  }

  /**
   * Calls what the last answer says to call next.
   *
   * @param name which of its commands
   * @throws Error if it says no such thing
   */
  public async follow(name: string): Promise<Called['exitCode']> {
    const advised = advisedIn(this.screen);
    const command = advised.find((each) => each.split(' ')[0] === name);
    if (command === undefined) throw new Error(`expected the advice to call ${name} below\n${this.screen}`);
    return this.type(command);
  }

  /** What was on the screen after the last command. */
  public get screen(): string {
    return this.all.at(-1)!.screen;
  }
}

/**
 * The steps that a page shows below a heading, in blocks of `console`; a line `…` stands for any lines.
 *
 * @throws Error if there are none
 */
export function sessionBelow(page: string, heading: string): Step[] {
  const sections = fs.readFileSync(path.join(ROOT, page), 'utf8').split(/^#+ /m);
  const section = sections.find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const steps = [...section.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, block]) => block.split(/^\$ npx /m).slice(1)).map((text): Step => {
    const [command, ...screen] = text.trimEnd().split('\n');
    return { command: command.replace(`${PROGRAM} `, ''), screen: screen.join('\n') };
  });
  if (steps.length === 0) throw new Error(`${page}: expected blocks of a session below "${heading}"`);
  return steps;
}

/**
 * Lines of documented steps that no step has printed: each step has to be there in its order, and have printed these lines in theirs. The replication of the pages is
 * `fleet`; times, ids and whatever is measured are not compared.
 */
export function notPrinted(documented: readonly Step[], steps: readonly Step[]): string[] {
  const left = [...steps];
  return documented.flatMap(({ command, screen }) => {
    const at = left.findIndex((each) => comparable(each.command) === comparable(command));
    if (at < 0) return [`$ ${command}`];
    const [{ screen: printed }] = left.splice(0, at + 1).slice(-1);
    const lines = printed.split('\n').map(comparable);
    return screen.split('\n').filter((line) => line.trim() !== '' && line !== '…').filter((line) => {
      const found = lines.findIndex((each) => each.includes(comparable(line)));
      if (found >= 0) lines.splice(0, found + 1);
      return found < 0;
    });
  });
}

function comparable(line: string): string {
  return line
    .replaceAll(new RegExp(`\\b${PLAIN.name}\\b`, 'g'), 'fleet')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d+(\.\d+)? (s|min)( ago)?\b|\bnow\b/g, 'SPAN')
    .replaceAll(/\d\d:\d\d|\d+ ms/g, 'TIME')
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/^( *(listed|records|took) +)\S.*/g, '$1N')
    .trimEnd();
}
