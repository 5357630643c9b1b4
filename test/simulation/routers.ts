import { synthesizeWorkflow, type Definitions } from './definition';
import type { Snapshot } from './registry';
import { deployed } from './simulation';

/** A router, or none, with the workflow that asks it. */
export interface Routing {
  readonly version?: string;
  readonly definition: Definitions;
  readonly router?: (payload: unknown) => unknown;
  /** What a destination has of what the source has. */
  readonly seen: (source: Snapshot) => Snapshot;
}

interface Routed { readonly record: { readonly sk: string; readonly state: { readonly attributes: Readonly<Record<string, string>> } } }

const definitions = new Map<string, Definitions>();

/** What can become of a fleet's router in a history: the one before its last sweeps, and the one then. */
export const ROUTERS = ['none', 'hides', 'added', 'changed', 'removed'] as const;
export type RouterHistory = (typeof ROUTERS)[number];

/** @param confirmDeletions whether the source registry is asked before a deletion is believed */
export function routingsOf(history: RouterHistory, confirmDeletions: boolean): { readonly first: Routing; readonly last: Routing } {
  const none = (): Routing => ({ definition: confirmDeletions ? confirming() : deployed().definition, seen: (source) => source });
  const through = (hidden: string, version: string) => hiding(hidden, version, confirmDeletions);
  switch (history) {
    case 'none': return { first: none(), last: none() };
    case 'hides': return { first: through('a', 'v1'), last: through('a', 'v1') };
    case 'added': return { first: none(), last: through('a', 'v1') };
    case 'changed': return { first: through('a', 'v1'), last: through('b', 'v2') };
    case 'removed': return { first: through('a', 'v1'), last: none() };
  }
}

let confirmingDefinition: Definitions | undefined;

function confirming(): Definitions {
  return confirmingDefinition ??= synthesizeWorkflow({ confirmDeletions: true });
}

/** A router that takes an attribute away from all things. */
function hiding(hidden: string, version: string, confirmDeletions: boolean): Routing {
  const key = `${version} ${confirmDeletions}`;
  if (!definitions.has(key)) definitions.set(key, synthesizeWorkflow({ withRouter: true, routerVersion: version, confirmDeletions }));
  const without = ({ [hidden]: _, ...attributes }: Readonly<Record<string, string>>) => attributes;
  return {
    version,
    definition: definitions.get(key)!,
    router: (payload) => {
      const { record: { sk, state } } = payload as Routed;
      return sk === 'thing' ? { replicate: true, state: { ...state, attributes: without(state.attributes) } } : { replicate: true };
    },
    seen: ({ things, ...others }) => ({
      ...others,
      things: Object.fromEntries(Object.entries(things).map(([name, fields]) => [name, { ...fields, attributes: without(fields.attributes as Readonly<Record<string, string>>) }])),
    }),
  };
}
