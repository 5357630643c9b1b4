import * as readline from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { createColors } from 'picocolors';
import { page } from './pager';
import { barIn, linesIn, ProgressBar } from './progress-bar';

export type Colors = ReturnType<typeof createColors>;

/** What a command writes to and asks. Answers go to one stream, so that they can be piped; everything else to the other. */
export interface Terminal {
  /** Whether a person reads the answer, rather than a file or a program. */
  readonly isTerminal: boolean;
  /** Whether a person can answer a question. */
  readonly canAsk: boolean;
  /** Characters of a line. */
  readonly width: number;
  readonly colors: Colors;
  /** A line, or lines, of the answer. */
  print(text: string): void;
  /** A note to the person, which is no part of the answer. */
  note(text: string): void;
  /** Replaces what is on the screen. Without a terminal: writes below it. */
  screen(text: string): void;
  /** Lines of an answer that may be long: page by page in a terminal. */
  pages(lines: AsyncIterable<string>): Promise<void>;
  /** Begins to show how far something is. */
  progress(): ProgressBar;
  /** Asks; only `yes` means yes. */
  isYes(question: string, signal: AbortSignal): Promise<boolean>;
}

/** The used part of a process. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

const WIDTH = 120;
const CLEARED = '\u001b[2J\u001b[3J\u001b[H';

/** @see https://no-color.org */
export function hasColors(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function terminalOf({ stdin, stdout, stderr }: Streams, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isTerminal = Boolean(stdout.isTTY);
  return {
    isTerminal,
    canAsk: Boolean(stdin.isTTY && stderr.isTTY),
    width: stdout.columns ?? WIDTH,
    colors: createColors(hasColors(isTerminal, env)),
    print: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    screen: (text) => void stdout.write(isTerminal ? `${CLEARED}${text}\n` : `${text}\n\n`),
    pages: async (lines) => {
      if (isTerminal && stdin.isTTY && env.PAGER !== '' && await page(lines, env)) return;
      for await (const line of lines) stdout.write(`${line}\n`);
    },
    progress: () => (stderr.isTTY ? barIn(stderr) : linesIn((text) => stderr.write(`${text}\n`), Date.now)),
    isYes: async (question, signal) => {
      const lines = readline.createInterface({ input: stdin, output: stderr });
      // While a question is open, it receives Ctrl-C.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      try {
        return (await lines.question(`${question} Type yes to go on: `, { signal })).trim().toLowerCase() === 'yes';
      } finally {
        lines.close();
      }
    },
  };
}
