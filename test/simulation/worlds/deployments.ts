import type { Deployed } from './view';
import type { Selection } from '../../../src/comparison/selection';
import { selectionDigest } from '../../../src/comparison/selection-of';
import { synthesizeWorkflow, type Definitions } from '../definition';
import { WHOLE_SELECTION } from '../executions';

/** Each is synthesized once. */
const workflows = new Map<string, Definitions>();

/** The persistence workflow as it is deployed with a selection, and so many minutes between two heartbeats. */
export function workflowOf({ thingPrefixes, dropped, confirmDeletions = false }: Deployed, heartbeatMinutes: number): Definitions {
  const routerVersion = routerVersionOf({ dropped });
  const withRouter = routerVersion !== undefined;
  const key = JSON.stringify([thingPrefixes, routerVersion, confirmDeletions, heartbeatMinutes]);
  const known = workflows.get(key) ?? synthesizeWorkflow({ namePrefixes: thingPrefixes && { things: [...thingPrefixes] }, withRouter, routerVersion, confirmDeletions, heartbeatMinutes });
  workflows.set(key, known);
  return known;
}

/** What sweeps and drift checks compare. */
export function selectionOf({ thingPrefixes }: Deployed): Selection {
  return { ...WHOLE_SELECTION, prefixes: thingPrefixes ? { thing: thingPrefixes } : {} };
}

/** The same, as sweeps and drift checks say it. */
export function digestOf(selection: Deployed): string {
  return selectionDigest(selectionOf(selection));
}

interface Routed { readonly record: { readonly sk: string; readonly state: { readonly attributes?: Readonly<Record<string, string>> } } }

/** What tells a router from others: the construct makes a hash of its code. */
export function routerVersionOf({ dropped }: Pick<Deployed, 'dropped'>): string | undefined {
  return dropped.length > 0 ? `drops-${dropped.join('-')}` : undefined;
}

/** A router that takes attributes away from things. */
export function routerOf({ dropped }: Deployed): (payload: unknown) => unknown {
  return (payload) => {
    const { record: { sk, state } } = payload as Routed;
    if (sk !== 'thing') return { replicate: true };
    return { replicate: true, state: { ...state, attributes: Object.fromEntries(Object.entries(state.attributes ?? {}).filter(([name]) => !dropped.includes(name))) } };
  };
}
