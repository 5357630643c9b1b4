import * as readline from 'node:readline/promises';

export interface Terminal {
  /** Whether a person can answer. */
  readonly isInteractive: boolean;
  print(text: string): void;
  /** Asks; only `yes` means yes. */
  isYes(question: string, signal: AbortSignal): Promise<boolean>;
}

export const CONSOLE: Terminal = {
  isInteractive: Boolean(process.stdin.isTTY && process.stdout.isTTY),
  print: (text) => console.log(text),
  isYes: async (question, signal) => {
    const lines = readline.createInterface({ input: process.stdin, output: process.stdout });
    // While a question is open, it receives Ctrl-C.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return (await lines.question(`${question} Type yes to go on: `, { signal })).trim().toLowerCase() === 'yes';
    } finally {
      lines.close();
    }
  },
};
