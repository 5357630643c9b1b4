import Table from 'cli-table3';

const NONE = '';
const CHARS = Object.fromEntries([
  'top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle',
].map((name) => [name, NONE]));

export type Align = 'left' | 'right';

/** Columns without lines, two spaces apart: text that can be copied. Colours do not change the widths. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], aligns: readonly Align[] = []): string {
  const table = new Table({
    head: [...head],
    chars: CHARS,
    colAligns: head.map((_, i) => aligns[i] ?? 'left'),
    style: { 'padding-left': 0, 'padding-right': 2, 'head': [], 'border': [], 'compact': true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n');
}
