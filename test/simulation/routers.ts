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

export function routingsOf(history: RouterHistory): { readonly first: Routing; readonly last: Routing } {
  switch (history) {
    case 'none': return { first: none(), last: none() };
    case 'hides': return { first: hiding('a', 'v1'), last: hiding('a', 'v1') };
    case 'added': return { first: none(), last: hiding('a', 'v1') };
    case 'changed': return { first: hiding('a', 'v1'), last: hiding('b', 'v2') };
    case 'removed': return { first: hiding('a', 'v1'), last: none() };
  }
}

function none(): Routing {
  return { definition: deployed().definition, seen: (source) => source };
}

/** A router that takes an attribute away from all things. */
function hiding(hidden: string, version: string): Routing {
  if (!definitions.has(version)) definitions.set(version, synthesizeWorkflow({ withRouter: true, routerVersion: version }));
  const without = ({ [hidden]: _, ...attributes }: Readonly<Record<string, string>>) => attributes;
  return {
    version,
    definition: definitions.get(version)!,
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
