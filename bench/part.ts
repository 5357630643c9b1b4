/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Absent where the line only shows what was measured. */
  readonly mustReach?: string;
  readonly measured: string;
  /** Absent where there is nothing to reach. */
  readonly ok?: boolean;
}

/** What one part of the benchmark has measured. */
export interface Part<Figures = undefined> {
  readonly rows: readonly Row[];
  /** Counts that other parts continue from. */
  readonly figures: Figures;
}

/** Reports progress; standard output contains only the table. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs a part that has a process of its own; started by hand, it prints what it measured. */
export function runPart(measure: () => Promise<Part<unknown>>): void {
  let isDone = false;
  process.once('exit', () => {
    if (isDone) return;
    progress('the process ran out of work before all was measured: something waits for what never comes');
    process.exitCode = 1;
  });
  measure().finally(() => { isDone = true; }).then(
    async (part) => process.send ? new Promise((resolve) => process.send!(part, undefined, undefined, resolve)) : process.stdout.write(`${JSON.stringify(part, undefined, 2)}\n`),
    (error: Error) => {
      progress(error.stack ?? String(error));
      process.exitCode = 1;
    },
  ).finally(() => process.disconnect?.());
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** At most so many decimals, none without need. */
export function shown(value: number, decimals = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}
