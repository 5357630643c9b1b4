import { Row } from './part';

const COLUMNS = ['what', 'must reach', 'measured', 'ok'] as const;

/** In Markdown, which is a table on a terminal too. */
export function table(rows: readonly Row[]): string {
  const cells = [[...COLUMNS], ...rows.map(({ what, mustReach, measured, ok }) => [what, mustReach ?? '', measured, ok === undefined ? '' : ok ? 'yes' : 'NO'])];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const line = (values: readonly string[]) => `| ${values.map((value, column) => value.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
