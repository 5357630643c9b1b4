/** Writes the list of changes into docs/upgrading.md. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CHANGES, OPTION_CHANGES, PROP_CHANGES, PropChanges } from './list';

export const PAGE = path.join(__dirname, '..', '..', 'docs', 'upgrading.md');

const MARKS = ['<!-- changes: generated from test/changes/list.ts by `npx projen docs:changes` -->', '<!-- end of changes -->'] as const;

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const head = (...cells: string[]) => [row(...cells), `|${cells.map(() => '---|').join('')}`];

function propRow(name: string, { set, changed, removed, told }: PropChanges): string {
  return row(`\`${name}\``, ...set === changed && changed === removed ? [set, set, set] : [set, changed, removed], told);
}

function lines(): string[] {
  return [
    ...head('prop', 'set', 'changed', 'removed', 'what happens'),
    ...Object.entries(PROP_CHANGES).map(([name, change]) => propRow(name, change)),
    ...Object.entries(OPTION_CHANGES).flatMap(([struct, changes]) => Object.entries(changes).map(([name, change]) => propRow(`${PREFIXES[struct] ?? ''}${name}`, change))),
    '',
    ...head('change of the app', 'effect', 'what happens'),
    ...CHANGES.map(({ what, verdict, told }) => row(what, verdict, told)),
  ];
}

/** Names of options that two structs have are told apart. */
const PREFIXES: Readonly<Record<string, string>> = { NamePrefixes: 'namePrefixes.', IdentityReplicationOptions: 'identities.' };

/** The page with the tables that are generated from the list. */
export function withTables(page: string): string {
  const [begin, end] = MARKS.map((mark) => page.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`docs/upgrading.md: got no '${MARKS[0]}' before '${MARKS[1]}', expected both; put them where the tables belong`);
  return `${page.slice(0, begin)}${MARKS[0]}\n${lines().join('\n')}\n${page.slice(end)}`;
}

if (require.main === module) fs.writeFileSync(PAGE, withTables(fs.readFileSync(PAGE, 'utf8')));
