import { Registry } from './registry-reader';
import { Latency } from './scenario';

const CELL = 58;
const NAME = 18;

/** Two registries side by side, one line for each entity; lines that differ are marked. */
export function sideBySide(a: Registry, b: Registry, names: readonly [string, string]): string {
  const lines = [row('', '', names[0], names[1]), row('', '', '-'.repeat(names[0].length), '-'.repeat(names[1].length))];
  lines.push(...section('Thing types', a.types, b.types, (type) => [
    type.description, type.searchableAttributes.length > 0 && `searchable ${type.searchableAttributes.join(', ')}`,
    type.propagatingAttributes.join(', '), type.deprecated && 'deprecated',
  ]));
  const groups = { ...b.groups, ...a.groups };
  lines.push(...section('Thing groups', a.groups, b.groups, (group) => [
    `${group.members.length} ${group.members.length === 1 ? 'thing' : 'things'}`, group.description, attributesOf(group.attributes),
  ], (name) => [...groups[name].path, name].join('/'), (name) => '  '.repeat(groups[name].path.length)));
  const memberships = [a, b].map(groupsByThing);
  lines.push(...section('Things', a.things, b.things, (thing, name, side) => [
    `${thing.thingTypeName ?? 'no type'}`, attributesOf(thing.attributes), (memberships[side].get(name) ?? []).map((group) => `in ${group}`).join(', '),
  ]));
  return lines.map((line) => line.trimEnd()).join('\n');
}

type Describe<T> = (entry: T, name: string, side: 0 | 1) => (string | false | undefined)[];

function section<T>(
  title: string, a: Record<string, T>, b: Record<string, T>, describe: Describe<T>,
  sortKey: (name: string) => string = (name) => name, indent: (name: string) => string = () => '',
): string[] {
  const text = (entries: Record<string, T>, name: string, side: 0 | 1) => name in entries ? describe(entries[name], name, side).filter(Boolean).join('; ') : '(none)';
  const sorted = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort((x, y) => sortKey(x) < sortKey(y) ? -1 : 1);
  return ['', title, ...sorted.map((name) => {
    const same = JSON.stringify(a[name]) === JSON.stringify(b[name]);
    return row(same ? '=' : '!', `${indent(name)}${name}`, text(a, name, 0), text(b, name, 1));
  })];
}

function row(mark: string, name: string, left: string, right: string): string {
  return `${mark.padEnd(2)}${cut(name, NAME)} ${cut(left, CELL)} ${cut(right, CELL)}`;
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

function attributesOf(attributes: Record<string, string>): string {
  return Object.entries(attributes).map(([key, value]) => `${key}=${value}`).join(' ');
}

function groupsByThing(registry: Registry): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [group, { members }] of Object.entries(registry.groups)) {
    for (const member of members) groups.set(member, [...groups.get(member) ?? [], group]);
  }
  return groups;
}

/** p50, p95 and the slowest of all changes. */
export function latencySummary(latencies: readonly Latency[]): string {
  const sorted = [...latencies].sort((a, b) => a.millis - b.millis);
  const slowest = sorted[sorted.length - 1];
  return `${sorted.length} changes, each visible after: p50 ${shown(percentile(sorted, 0.5))}, p95 ${shown(percentile(sorted, 0.95))}, ` +
    `max ${shown(slowest.millis)} (${slowest.what})`;
}

/** Nearest rank. */
function percentile(sorted: readonly Latency[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)].millis;
}

function shown(millis: number): string {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`;
}
