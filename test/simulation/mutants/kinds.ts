import { unitTest, type Mutant } from './mutant';

const common = (testName: string) => unitTest('kinds/common', testName);
const permissions = (testName: string) => unitTest('replicator/registry-permissions', testName);
const fifth = (testName: string) => unitTest('kinds/fifth/fifth', testName);

/** Rules that all kinds have in common. */
export const kindMutants: readonly Mutant[] = [
  {
    name: 'the replicator may delete what is not selected',
    rule: 'a role follows the kinds that are selected',
    file: 'src/replicator/registry-permissions.ts',
    find: 'isObserved(kind) || replicated.includes(kind)',
    replace: 'isObserved(kind) || replicated.length > 0',
    killedBy: permissions('things can neither be created'),
  },
  {
    name: 'what belongs to a kind that is not selected is not restored',
    rule: 'what is not selected any more stays as it is',
    file: 'src/replicator/registry-permissions.ts',
    find: 'isObserved(kind) || replicated.includes(kind)',
    replace: 'replicated.includes(kind)',
    killedBy: permissions('certificates return to a thing'),
  },
  {
    name: 'what is not selected can not be restored',
    rule: 'what is not selected any more stays as it is, when something that is selected is replaced',
    file: 'src/kinds/permissions.ts',
    find: '.flatMap(({ permissions }) => permissions.unselected ?? [])',
    replace: '.flatMap(() => [])',
    killedBy: permissions('members return to a group'),
  },
  {
    name: 'kinds are applied in the order of their registration',
    rule: 'a kind is applied after what it needs, and deleted before that',
    file: 'src/kinds/register.ts',
    find: '!names.includes(name) && after.every((each) => names.includes(each))',
    replace: '!names.includes(name) && after.length < Infinity',
    killedBy: common('comes after what it needs, and is deleted before that'),
  },
  {
    name: 'an observation without a state is persisted',
    rule: 'an observation has what its record needs, or is a dead letter',
    file: 'src/persistence/put-record.ts',
    find: "$not($type($state) = 'object') ? ['state: expected an object']",
    replace: "$type($state) != 'object' ? ['state: expected an object']",
    killedBy: common('is not persisted with a field that is missing, or outside of the prefixes'),
  },
  {
    name: 'an observation may have any key',
    rule: 'an observation is about what its kind has keys for',
    file: 'src/persistence/describe-observation.ts',
    find: 'renderChecks([...keyOf(kind), ...lifeOf(kind), ...COMMON])',
    replace: 'renderChecks([...lifeOf(kind), ...COMMON])',
    killedBy: common('is not persisted with a field that is missing, or outside of the prefixes'),
  },
  {
    name: 'what is too much in a set stays',
    rule: 'a set is written whole',
    file: 'src/kinds/handler/set.ts',
    find: '  for (const element of before.filter((each) => !elements.includes(each))) await removed(calls.remove(iot, names, element));\n',
    replace: '',
    killedBy: fifth('is changed element by element'),
  },
  {
    name: 'a set that is gone keeps its elements',
    rule: 'a tombstone of a set takes all of it away',
    file: 'src/kinds/handler/set.ts',
    find: '  for (const element of there) await removed(calls.remove(iot, names, element));\n',
    replace: '',
    killedBy: fifth('is taken away once a sweep finds it gone'),
  },
];
