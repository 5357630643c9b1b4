import { createColors } from 'picocolors';
import { Clients } from '../../src/cli/clients';
import type { ExitCode } from '../../src/cli/exit-codes';
import { run } from '../../src/cli/program';
import { linesIn } from '../../src/cli/progress-bar';
import type { Surroundings } from '../../src/cli/surroundings';
import type { Terminal } from '../../src/cli/terminal';

// No call is made with them: clients look for credentials before one is.
process.env.AWS_ACCESS_KEY_ID = 'test';
process.env.AWS_SECRET_ACCESS_KEY = 'test';

export const NOW = Date.UTC(2026, 10, 28, 12, 0, 0);

export const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

export interface Ran {
  readonly exitCode: ExitCode;
  /** What would be in the pipe. */
  readonly printed: string;
  /** What only a person sees. */
  readonly notes: string;
  readonly asked: readonly string[];
}

export interface Circumstances {
  readonly env?: Readonly<Record<string, string>>;
  /** Answers in a terminal; without them, there is none. */
  readonly answers?: readonly boolean[];
  readonly colors?: boolean;
  /** Called with each pause, which takes its time on the clock: throwing ends the command as an error does. Interrupting twice is as two Ctrl-C are. */
  readonly onPause?: (interrupt: () => void) => void;
  /** Called with each note. */
  readonly onNote?: (text: string, interrupt: () => void) => void;
  readonly liveCheck?: Surroundings['liveCheck'];
}

function notLoaded(): never {
  throw new Error('nobody expected the live check');
}

/** Runs the program as the process would, but for its streams, clock and signals. */
export async function runProgram(args: readonly string[], { env = { AWS_REGION: 'us-east-1' }, answers, colors = false, onPause, onNote, liveCheck = notLoaded }: Circumstances = {}): Promise<Ran> {
  const [printed, notes, asked]: [string[], string[], string[]] = [[], [], []];
  const [interruption, impatience] = [new AbortController(), new AbortController()];
  const interrupt = () => (interruption.signal.aborted ? impatience : interruption).abort(new Error('interrupted'));
  const left = [...answers ?? []];
  let now = NOW;
  const terminal: Terminal = {
    isTerminal: answers !== undefined,
    canAsk: answers !== undefined,
    width: 120,
    colors: createColors(colors),
    print: (text) => void printed.push(text),
    note: (text) => {
      notes.push(text);
      onNote?.(text, interrupt);
    },
    screen: (text) => void printed.push(text),
    pages: async (lines) => {
      for await (const line of lines) printed.push(line);
    },
    progress: () => linesIn((text) => notes.push(text), () => now),
    isYes: async (question) => {
      asked.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new Error(`nobody expected the question: ${question}`);
      return answer;
    },
  };
  const surroundings: Surroundings = {
    terminal,
    env,
    signal: interruption.signal,
    impatience: impatience.signal,
    now: () => now,
    pause: async (milliseconds) => {
      now += milliseconds;
      onPause?.(interrupt);
    },
    clients: (connection) => new Clients(connection, env),
    liveCheck,
  };
  const exitCode = await run(args, surroundings);
  return { exitCode, printed: printed.join('\n'), notes: notes.join('\n'), asked };
}
