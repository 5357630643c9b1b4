import { unitTest, type Mutant } from './mutant';

const cli = (testFile: string, testName: string) => unitTest(`cli/${testFile}`, testName);

/** What the command line answers, and that it writes nothing unasked. */
export const commandLineMutants: readonly Mutant[] = [
  {
    name: 'the exit code of a status is always yes',
    rule: 'the exit code of a status is 0 only if every reachable destination is in sync',
    file: 'src/cli/status/command.ts',
    find: 'if (report.inSync) return EXIT.yes;',
    replace: 'return EXIT.yes;',
    killedBy: cli('status', 'a destination that is not in sync'),
  },
  {
    name: 'without an answer, everything is in sync',
    rule: 'a status is in sync only if a destination has answered',
    file: 'src/cli/status/status.ts',
    find: 'answered.length > 0 && answered.every(',
    replace: 'answered.every(',
    killedBy: cli('status', 'no destination answers'),
  },
  {
    name: 'a stale status is in sync',
    rule: 'a status that nobody has written for five minutes is no proof',
    file: 'src/cli/status/status.ts',
    find: "state: 'STALE', inSync: false",
    replace: "state: 'STALE', inSync: true",
    killedBy: cli('status', 'written long ago'),
  },
  {
    name: 'a Region may answer as late as it likes',
    rule: 'a Region has two seconds to answer a status',
    file: 'src/cli/status/status.ts',
    find: 'await read(within(signal))',
    replace: 'await read(signal)',
    killedBy: cli('status', 'two seconds'),
  },
  {
    name: 'a no is a yes',
    rule: 'nothing is written after a no',
    file: 'src/cli/questions.ts',
    find: "if (!await terminal.isYes(`${what}\\n`, signal)) throw new CommandError('nothing was changed');",
    replace: 'await terminal.isYes(`${what}\\n`, signal);',
    killedBy: cli('runs', 'starts nothing after a no'),
  },
  {
    name: 'where nobody can be asked, nobody has to be',
    rule: 'without a terminal nothing is written unless --yes is given',
    file: 'src/cli/questions.ts',
    find: 'if (!terminal.canAsk) throw',
    replace: 'if (!terminal.canAsk) return;\n  if (!terminal.canAsk) throw',
    killedBy: cli('runs', 'where nobody can be asked'),
  },
  {
    name: 'a letter is deleted before its change is tried again',
    rule: 'a letter is deleted once its change is under way',
    file: 'src/cli/letters/letters.ts',
    find: "      if (redrive!.to === 'workflow') {\n",
    replace: "      await queue.delete(message);\n      if (redrive!.to === 'workflow') {\n",
    killedBy: cli('letters', 'could not be tried again stays'),
  },
  {
    name: 'a filter of kinds selects every kind',
    rule: 'diff shows only the kinds that are asked for',
    file: 'src/cli/runs/report.ts',
    find: '(!kinds || kinds.includes(each.kind))',
    replace: 'true',
    killedBy: cli('runs', 'by a kind'),
  },
  {
    name: 'a repair of identities repairs the registry',
    rule: 'each command of identities starts the workflow of identities',
    file: 'src/cli/runs/commands.ts',
    find: 'placeOf(options.identities ? WorkflowKind.IDENTITY_DRIFT : WorkflowKind.DRIFT, options',
    replace: 'placeOf(WorkflowKind.DRIFT, options',
    killedBy: cli('runs', 'repair starts their workflow'),
  },
  {
    name: 'certificates are printed',
    rule: 'an explanation has no text of a certificate',
    file: 'src/cli/explain/state.ts',
    find: '  return rest;\n',
    replace: '  return state;\n',
    killedBy: cli('explain', 'without its PEM'),
  },
];
