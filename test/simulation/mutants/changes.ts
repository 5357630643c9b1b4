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
];
