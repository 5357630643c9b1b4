import type { Selection } from './view';
import type { Scope } from '../../../src/convergence/scope';
import { synthesizeWorkflow, type Definitions } from '../definition';
import { WHOLE_SCOPE } from '../executions';

/** Each is synthesized once. */
const workflows = new Map<string, Definitions>();

/** The persistence workflow as it is deployed with a selection. */
export function workflowOf({ thingNamePrefixes, dropped }: Selection): Definitions {
  const withRouter = dropped.length > 0;
  const key = JSON.stringify([thingNamePrefixes, withRouter]);
  const known = workflows.get(key) ?? synthesizeWorkflow({ thingNamePrefixes: thingNamePrefixes && [...thingNamePrefixes], withRouter });
  workflows.set(key, known);
  return known;
}

/** What sweeps and drift checks compare. */
export function scopeOf({ thingNamePrefixes }: Selection): Scope {
  return { ...WHOLE_SCOPE, prefixes: thingNamePrefixes ? { thing: thingNamePrefixes } : {} };
}

interface Routed { readonly record: { readonly sk: string; readonly state: { readonly attributes?: Readonly<Record<string, string>> } } }

/** A router that takes attributes away from things. */
export function routerOf({ dropped }: Selection): (payload: unknown) => unknown {
  return (payload) => {
    const { record: { sk, state } } = payload as Routed;
    if (sk !== 'thing') return { replicate: true };
    return { replicate: true, state: { ...state, attributes: Object.fromEntries(Object.entries(state.attributes ?? {}).filter(([name]) => !dropped.includes(name))) } };
  };
}
