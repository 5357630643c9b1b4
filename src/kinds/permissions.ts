import { EntityKind, KINDS } from './index';
import type { Kind, Permission } from './kind';

/** Replaces a resource: AWS defines no resource type for the call. */
export const ANY = '*';

/** Permissions to list and read some kinds. Listings are read whole, whatever the prefixes: AWS has none that is restricted to some names. */
export function readPermissions(kinds: readonly EntityKind[]): Permission[] {
  return merged(registered(kinds).flatMap(({ permissions }) => permissions.read));
}

/**
 * Permissions to apply the records of some kinds. Reads of the rules of other kinds precede permissions on owners: deployed policies have this order, and
 * another one would change each of them.
 *
 * @param known these, and kinds without records of their own to apply, which rules of these may meet
 */
export function writePermissions(kinds: readonly EntityKind[], known: readonly EntityKind[] = kinds): Permission[] {
  const all = registered(known);
  const firstDependant = all.findIndex(({ owners }) => owners);
  const before = firstDependant < 0 ? all : all.slice(0, firstDependant);
  const isWritten = ({ name }: Kind) => kinds.includes(name as EntityKind);
  const written = (each: readonly Kind[]) => each.filter(isWritten).flatMap(({ permissions }) => permissions.write);
  return merged([
    ...written(before),
    ...all.flatMap(({ permissions }) => permissions.others ?? []),
    ...written(all.slice(before.length)),
    ...all.filter((kind) => !isWritten(kind)).flatMap(({ permissions }) => permissions.unselected ?? []),
  ]);
}

/** Some calls of the permissions; one without any is left out. */
export function withCalls(permissions: readonly Permission[], isNeeded: (call: string) => boolean): Permission[] {
  return permissions.flatMap(({ resources, calls }) => {
    const needed = calls.filter(isNeeded);
    return needed.length > 0 ? [{ resources, calls: needed }] : [];
  });
}

/** In the order of their registration. */
function registered(kinds: readonly EntityKind[]): readonly Kind[] {
  return KINDS.filter(({ name }) => kinds.includes(name));
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
