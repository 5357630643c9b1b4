/** A rule taken out of the code. A test has to notice. */
export interface Mutant {
  readonly name: string;
  /** What the code does with the rule and no more without it. */
  readonly rule: string;
  readonly file: string;
  /** Text that the file has exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly killedBy: Killer;
}

/** A test file, and the part of the names of the tests that are enough. */
export interface Killer {
  readonly testFile: string;
  readonly testName?: string;
}

/** A regression of the simulation, by its name or the beginning of it. */
export function regression(testName: string): Killer {
  return { testFile: 'test/simulation/regressions.test.ts', testName };
}

export function unitTest(testFile: string, testName?: string): Killer {
  return { testFile: `test/${testFile}.test.ts`, testName };
}

/** Modes of the simulation. */
export function mode(testName: string): Killer {
  return { testFile: 'test/simulation/modes.test.ts', testName };
}
