import { unitTest, type Mutant } from './mutant';

const group = 'src/kinds/group/handler/apply.ts';
const letter = 'src/persistence/dead-letter.ts';
const earlier = 'src/comparison/handler/earlier-run.ts';

/** Rules that rest on what AWS does otherwise than one would think. */
export const strictnessMutants: readonly Mutant[] = [
  {
    name: 'a dynamic group is waited for until it can be deleted as a static one',
    rule: 'a dynamic group of the name of one that is deleted stays, unmanaged',
    file: 'src/kinds/group/handler/apply.ts',
    find: "  if (answer.is === 'refused' && (await readGroup(iot, groupName))?.state.dynamic) return;\n",
    replace: '',
    killedBy: unitTest('replicator/apply', 'whose namesake here is dynamic'),
  },
  {
    name: 'why a group can not be deleted is not reported',
    rule: 'what waits says what the registry said',
    file: group,
    find: '${name}: ${message}`',
    replace: '${name}`',
    killedBy: unitTest('replicator/apply', 'says why the registry refuses'),
  },
  {
    name: 'an attribute called __proto__ is lost when a record is read',
    rule: 'an attribute may have any name that AWS IoT allows',
    file: 'src/kinds/handler/plain-item.ts',
    find: 'return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));',
    replace: 'return Object.entries(item).reduce<Record<string, unknown>>((plain, [name, value]) => { plain[name] = plainValue(value); return plain; }, {});',
    killedBy: unitTest('kinds/plain-item'),
  },
  {
    name: 'what DynamoDB has no exception for is permanent',
    rule: 'a table that throttles while it grows may be called by the name that refusals have, and is tried again',
    file: 'src/persistence/persistence-workflow.ts',
    find: "'DynamoDB.ResourceNotFoundException', 'DynamoDB.ItemCollection",
    replace: "'DynamoDB.AmazonDynamoDBException', 'DynamoDB.ResourceNotFoundException', 'DynamoDB.ItemCollection",
    killedBy: unitTest('persistence/persistence-workflow', 'it is retried, because'),
  },
  {
    name: 'the class of a letter is taken from the name of the error alone',
    rule: 'what the SDK has no exception for has its code in the cause',
    file: letter,
    find: '[A-Za-z]*(${PASSING})[A-Za-z]*)',
    replace: '[A-Za-z]*(NONE)[A-Za-z]*)',
    killedBy: unitTest('persistence/persistence-workflow', 'the cause determines the class'),
  },
  {
    name: 'the status code does not determine the class of a letter',
    rule: 'what is answered with a status of 500 and more is transient',
    file: letter,
    find: '(5[0-9]+;',
    replace: '(9[0-9]+;',
    killedBy: unitTest('persistence/persistence-workflow', 'with a status of a server'),
  },
  {
    name: 'a name in the message of a refusal can make a letter throttled',
    rule: 'the code is read at the end of the cause',
    file: letter,
    find: '$contains($states.input.Cause, /Status Code: (5[0-9]+; Error Code: [A-Za-z]*|[0-9]+; Error Code:',
    replace: '$contains($states.input.Cause, /Error Code: ThrottlingException/) or $contains($states.input.Cause, /Status Code: (5[0-9]+; Error Code: [A-Za-z]*|[0-9]+; Error Code:',
    killedBy: unitTest('persistence/persistence-workflow', 'whatever names are in the message'),
  },
  {
    name: 'a schedule doubles the run of the deployment that makes it',
    rule: 'a rate begins when it is made, which is when the deployment has started a run',
    file: earlier,
    find: 'if (age >= 0 && name!.startsWith(DEPLOYMENT_PREFIX)) return name;',
    replace: '',
    killedBy: unitTest('sweep/begin', 'is skipped after a run of that deployment'),
  },
  {
    name: 'a run of a deployment of yesterday lets today\'s be left out',
    rule: 'the schedule is made moments after the deployment has started a run',
    file: earlier,
    find: 'if (age > JUST_NOW_MILLIS) return undefined;',
    replace: '',
    killedBy: unitTest('sweep/begin', 'one of long ago'),
  },
  {
    name: 'a sweep that somebody starts after a deployment is skipped',
    rule: 'what is started by hand runs',
    file: 'src/sweep/handler/begin.ts',
    find: 'run, scheduled }',
    replace: 'run, scheduled: true }',
    killedBy: unitTest('sweep/begin', 'by hand is not skipped'),
  },
  {
    name: 'a drift check that somebody starts after a deployment is skipped',
    rule: 'what is started by hand runs',
    file: 'src/drift/handler/begin.ts',
    find: 'run, scheduled }',
    replace: 'run, scheduled: true }',
    killedBy: unitTest('drift/drift-step', 'by hand it does'),
  },
];
