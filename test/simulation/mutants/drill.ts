import { unitTest, type Mutant } from './mutant';

const drill = (testName: string) => unitTest('cli/drill', testName);

/** A rehearsal of a failover leaves nothing, and does not do what it says that it does not. */
export const drillMutants: readonly Mutant[] = [
  {
    name: 'a drill deletes its thing before it ends its pause',
    rule: 'what was made last is taken back first: a paused destination hears of no deletion',
    file: 'src/cli/drill/undo.ts',
    find: '[...this.made].reverse()',
    replace: '[...this.made]',
    killedBy: drill('at step 4 takes everything back'),
  },
  {
    name: 'a drill takes back what it has made after the second Ctrl-C, too',
    rule: 'whoever presses Ctrl-C twice waits for nothing, and is told what is left',
    file: 'src/cli/drill/undo.ts',
    find: '  signal.throwIfAborted();\n',
    replace: '',
    killedBy: drill('twice leaves what is there'),
  },
  {
    name: 'a drill leaves its thing where deletions are not replicated',
    rule: 'nothing of a drill is left',
    file: 'src/cli/drill/drill.ts',
    find: '    await this.canary.delete(region);\n',
    replace: '',
    killedBy: drill('whose deletion is not replicated'),
  },
  {
    name: 'a drill ends the pause of somebody else',
    rule: 'a destination that is paused is refused',
    file: 'src/cli/drill/command.ts',
    find: 'byDeployment || stopped.length > 0',
    replace: 'byDeployment',
    killedBy: drill('in a destination that is paused'),
  },
  {
    name: 'a drill asks the source that is to be unreachable',
    rule: 'a Region that is left unasked is asked nothing',
    file: 'src/cli/clients.ts',
    find: 'if (region === this.unasked) client.middlewareStack.add',
    replace: 'if (region === undefined) client.middlewareStack.add',
    killedBy: unitTest('cli/clients', 'left unasked'),
  },
];
