import { KINDS } from './index';
import type { Kind, Permission } from './kind';

/** Replaces a resource: AWS defines no resource type for the call. */
export const ANY = '*';

const ALL: readonly Kind[] = KINDS;

/** Permissions to list and read the registry. Listings are read whole, whatever the prefixes: AWS has none that is restricted to some names. */
export function readPermissions(): Permission[] {
  return merged(ALL.flatMap(({ permissions }) => permissions.read));
}

/**
 * Permissions to apply records. Reads of the rules of other kinds precede permissions on owners: deployed policies have this order, and
 * another one would change each of them.
 */
export function writePermissions(): Permission[] {
  const firstDependant = ALL.findIndex(({ owners }) => owners);
  const before = firstDependant < 0 ? ALL : ALL.slice(0, firstDependant);
  return merged([
    ...before.flatMap(({ permissions }) => permissions.write),
    ...ALL.flatMap(({ permissions }) => permissions.others ?? []),
    ...ALL.slice(before.length).flatMap(({ permissions }) => permissions.write),
  ]);
}

/** One permission for each set of resources, in the order in which these first appear. */
function merged(permissions: readonly Permission[]): Permission[] {
  const byResources = new Map<string, Permission>();
  for (const { resources, calls } of permissions) {
    const key = resources.join(' ');
    const before = byResources.get(key)?.calls ?? [];
    byResources.set(key, { resources, calls: [...new Set([...before, ...calls])] });
  }
  return [...byResources.values()];
}
