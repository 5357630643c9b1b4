import { mode, regression, unitTest, type Killer, type Mutant } from './mutant';

const expectations = 'src/persistence/expectations.ts';
const describe = 'src/persistence/describe-change.ts';
const workflow = 'src/persistence/persistence-workflow.ts';

function forged(testName: string): Killer {
  return { testFile: 'test/simulation/forged.test.ts', testName };
}

/** Rules of the way from an event to its record. */
export const persistenceMutants: readonly Mutant[] = [
  {
    name: 'association and hierarchy events are unknown',
    rule: 'events that say nothing new are ignored',
    file: describe,
    find: "const IGNORED_EVENT_TYPES = ['THING_TYPE_ASSOCIATION_EVENT', 'THING_GROUP_HIERARCHY_EVENT'];",
    replace: 'const IGNORED_EVENT_TYPES: string[] = [];',
    killedBy: regression('association events are ignored'),
  },
  {
    name: 'the creation of a type does not precede its updates',
    rule: "a type's event has no version: its creation precedes everything else",
    file: describe,
    find: "($event.operation = 'CREATED' ? 1 : 2)",
    replace: '2',
    killedBy: regression('a type created and deprecated in one millisecond'),
  },
  {
    name: 'a membership is replicated when its thing is',
    rule: 'a membership is replicated when both its ends are',
    file: describe,
    find: '(${thing} and ${group})',
    replace: '(${thing})',
    killedBy: mode('with name prefixes'),
  },
  {
    name: 'the path of a group is not recorded',
    rule: "a group's record has its path",
    file: describe,
    find: "'path': $absent($event.parentGroupName) ? [] : $count($path) > 0 ? $path,",
    replace: '',
    killedBy: regression('the path is looked at after a group was created'),
  },
  {
    name: 'deletions are not told',
    rule: 'a deletion is recorded as a tombstone',
    file: describe,
    find: "'${A.DELETED}': $deleted,",
    replace: "'${A.DELETED}': false,",
    killedBy: regression('a deletion carries the last version'),
  },
  {
    name: 'tombstones stay for ever',
    rule: 'tombstones have a time to live',
    file: describe,
    find: "$deleted ? { '${A.EXPIRES_AT}'",
    replace: "false ? { '${A.EXPIRES_AT}'",
    killedBy: unitTest('persistence/describe-change'),
  },
  {
    name: 'an event of the future is believed',
    rule: 'a time that is later than now by more than the margin is no event',
    file: expectations,
    find: '`$toMillis($states.context.Execution.StartTime) + ${MARGIN_MS}`',
    replace: "'9000000000000000'",
    killedBy: forged('what no registry can have said'),
  },
  {
    name: 'times and versions may be any number',
    rule: 'times and versions are whole and not negative',
    file: expectations,
    find: "return `$type(${value}) = 'number' and ${value} >= 0 and $floor(${value}) = ${value} and ${value} <= ${limit}`;",
    replace: "return `$type(${value}) = 'number' and ${value} <= ${limit}`;",
    killedBy: unitTest('persistence/describe-change'),
  },
  {
    name: 'a name may have every character',
    rule: 'a key is made of nothing but a name of the registry',
    file: expectations,
    find: ' and $not($contains(${value}, /[^${RegistryName.CHARACTERS}]/))',
    replace: '',
    killedBy: forged('what no registry can have said'),
  },
  {
    name: 'a key may name what no registry takes',
    rule: 'a key names an entity if the registry takes the name',
    file: 'src/table/record.ts',
    find: 'name.length <= RegistryName.MAX_LENGTH && !OUTSIDE_OF_NAMES.test(name) ? name : undefined',
    replace: 'name',
    killedBy: unitTest('table/record'),
  },
  {
    name: 'a stale event is a dead letter',
    rule: 'a failed condition means stale or duplicate: success',
    file: workflow,
    find: "    persist.addCatch(this.end('Stale or duplicate', Outcome.STALE), { errors: [CONDITION_FAILED] });\n",
    replace: '',
    killedBy: regression('a tombstone of an incarnation ends it'),
  },
  {
    name: 'what can not be persisted is not caught',
    rule: 'whatever fails is sent to the dead-letter queue with the event',
    file: workflow,
    find: "      .branch(work)\n      .addCatch(deadLetter, { errors: ['States.ALL'], outputs: '{% $states.errorOutput %}' });",
    replace: "      .branch(work)\n      .addCatch(deadLetter, { errors: ['Nothing'], outputs: '{% $states.errorOutput %}' });",
    killedBy: mode('an event that can not be persisted'),
  },
  {
    name: 'an invalid event is filtered',
    rule: 'no event is lost silently',
    file: workflow,
    find: "      .otherwise(this.fail('Invalid event', WorkflowError.INVALID_EVENT));",
    replace: "      .otherwise(this.end('Invalid event', Outcome.FILTERED));",
    killedBy: mode('an event that can not be persisted'),
  },
  {
    name: 'a throttled write is not tried again',
    rule: 'throttling and faults of the service are retried',
    file: workflow,
    find: 'persist.addRetry(retries(6));',
    replace: 'persist.addRetry(retries(0));',
    killedBy: regression('calls that are throttled or fail are made again'),
  },
  {
    name: 'the name of a rule is known to whoever knows the app',
    rule: 'no device can address a rule: a part of its name is known to the deployment alone',
    file: 'src/events/topic-rule-names.ts',
    find: "_${Fn.join('_', Fn.split('-', uuid))}`",
    replace: '_${uuid.length}`',
    killedBy: unitTest('events/topic-rules', 'has a part that only the deployment knows'),
  },
  {
    name: 'a rule has the name of the one that it takes the place of',
    rule: 'a rule whose construct moves stands beside the old one for a while',
    file: 'src/events/topic-rule-names.ts',
    find: '_${address}_',
    replace: '_${address.length}_',
    killedBy: unitTest('events/topic-rules', 'is another one where the construct moves'),
  },
  {
    name: 'what a rule can not hand on is gone',
    rule: 'every topic rule has an error action',
    file: 'src/events/topic-rules.ts',
    find: '        errorAction: { sqs: { queueUrl: deadLetterQueue.queueUrl, roleArn: role.roleArn, useBase64: false } },\n',
    replace: '',
    killedBy: unitTest('events/topic-rules'),
  },
];
