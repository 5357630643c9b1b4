import { type Mutant, unitTest } from './mutant';

/** The rules about what a later deployment may change. */
export const changeMutants: readonly Mutant[] = [
  {
    name: 'the mapping of the stream is named after its place in the app',
    rule: 'ids of event source mappings depend on nothing outside of the stack of the destination',
    file: 'src/replicator/replicator.ts',
    find: "addEventSourceMapping('Source', {\n      eventSourceArn: this.props.table.tableStreamArn,",
    replace: 'addEventSourceMapping(`Source:${this.node.path}`, {\n      eventSourceArn: this.props.table.tableStreamArn,',
    killedBy: unitTest('changes/changes', 'the same `stackName`'),
  },
  {
    name: 'a topic rule is named after its place in the app',
    rule: 'a rule that is not replaced keeps its name: between two there is nobody to take events',
    file: 'src/settings/naming.ts',
    find: 'scope.node.scopes.slice(Stack.of(scope).node.scopes.length).map(',
    replace: 'scope.node.scopes.map(',
    killedBy: unitTest('changes/changes', 'the same `stackName`'),
  },
  {
    name: 'a destination that was left behind repairs',
    rule: 'nothing is repaired by itself while the source is silent',
    file: 'src/drift/silence.ts',
    find: 'now() - heartbeat.timestamp > silenceMs ?',
    replace: 'now() - heartbeat.timestamp > Infinity * silenceMs ?',
    killedBy: unitTest('drift/drift-step', 'left behind'),
  },
  {
    name: 'a person can not repair while the source is silent',
    rule: 'a check that somebody asked to repair does so, whatever the source does',
    file: 'src/drift/begin.ts',
    find: 'mode === Mode.REPORT || isAsked ?',
    replace: 'mode === Mode.REPORT ?',
    killedBy: unitTest('drift/drift-step', 'if somebody asks for it'),
  },
  {
    name: 'a check that is under way does not notice silence',
    rule: 'a check that began before the silence only reports from then on',
    file: 'src/drift/settle.ts',
    find: 'const isHeldBack = await context.heldBack() !== undefined;',
    replace: 'const isHeldBack = false;',
    killedBy: unitTest('drift/drift-step', 'which only reports from then on'),
  },
  {
    name: 'a heartbeat of another source is one of ours',
    rule: 'silence is that of the one source whose records count',
    file: 'src/drift/silence.ts',
    find: 'heartbeat?.sourceRegion !== sourceRegion ||',
    replace: 'heartbeat === undefined ||',
    killedBy: unitTest('drift/drift-step', 'of another source'),
  },
];
