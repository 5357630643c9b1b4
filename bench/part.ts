/** One line of the table. */
export interface Row {
  readonly what: string;
  /** Absent if the line only shows a measurement. */
  readonly mustReach?: string;
  readonly measured: string;
  /** Absent if there is no requirement. */
  readonly ok?: boolean;
}

/** The measurements of one part of the benchmark. */
export interface Part<Figures = undefined> {
  readonly rows: readonly Row[];
  /** Counts that other parts use. */
  readonly figures: Figures;
}

/** Reports progress; standard output contains only the table. */
export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Runs a part that has a process of its own; started by hand, it prints its measurements. */
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

/** At most that many decimals, without trailing zeros. */
export function shown(value: number, decimals = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}
