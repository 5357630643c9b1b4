import type { Random } from '../random';
import type { InMemoryRegistry, Operation } from '../registry';

/** Listings of everything, and the fields of their answers. What belongs to one entity is a direct reading, and is believed. */
const LISTINGS: Partial<Record<Operation, { readonly items: string; readonly next: string }>> = {
  ListCertificates: { items: 'certificates', next: 'nextMarker' },
  ListCACertificates: { items: 'certificates', next: 'nextMarker' },
  ListPolicies: { items: 'policies', next: 'nextMarker' },
  ListTargetsForPolicy: { items: 'targets', next: 'nextMarker' },
  ListThings: { items: 'things', next: 'nextToken' },
  ListThingGroups: { items: 'thingGroups', next: 'nextToken' },
};

/** A listing that lacks more than what has just changed: AWS rules none out, not even while it rebuilds an index. */
const WRONG: readonly ((page: Page, random: Random) => Page)[] = [
  // Empty, cut short, and with a fifth of what there is.
  () => ({ items: [] }),
  ({ items }) => ({ items }),
  ({ items, next }, random) => ({ items: items.filter(() => random.chance(0.2)), next }),
];

interface Page {
  readonly items: readonly unknown[];
  readonly next?: unknown;
}

/** Lets a registry answer listings wrongly, for as long as the probability is above 0. */
export function listWrongly(registry: InMemoryRegistry, random: Random, probability: () => number): void {
  const execute = registry.execute.bind(registry) as (operation: Operation, input: unknown) => Record<string, unknown>;
  registry.execute = ((operation: Operation, input: unknown) => {
    const output = execute(operation, input);
    const fields = LISTINGS[operation];
    if (!fields || !random.chance(probability())) return output;
    const { items, next } = random.pick(WRONG)({ items: output[fields.items] as unknown[], next: output[fields.next] }, random);
    return { ...output, [fields.items]: items, [fields.next]: next };
  }) as typeof registry.execute;
}
