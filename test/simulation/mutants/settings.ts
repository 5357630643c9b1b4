import { unitTest, type Killer, type Mutant } from './mutant';

const propNames = 'src/settings/prop-names.ts';

const names = (testName: string): Killer => unitTest('settings/prop-names', testName);

/** What is refused at synthesis. */
export const settingsMutants: readonly Mutant[] = [
  {
    name: 'a prop of any name passes',
    rule: 'a name that no struct has is an error',
    file: propNames,
    find: 'if (names.includes(name) || value === undefined) continue;',
    replace: 'continue;',
    killedBy: names('a prop that is misspelt fails, with the nearest name'),
  },
  {
    name: 'an inherited prop of any name passes',
    rule: 'a name that no struct has is an error, inherited or not',
    file: propNames,
    find: 'for (const name in given) {',
    replace: 'for (const name of Object.keys(given)) {',
    killedBy: names('in what was inherited too'),
  },
];
