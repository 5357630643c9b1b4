import { failUnlessOk, failure } from './errors';
import type { Handlers } from './operations';
import { page } from './pages';
import { byName, type Context, type Thing } from './state';
import { validName } from './validation';

type PrincipalOperation = 'AttachThingPrincipal' | 'DetachThingPrincipal' | 'ListThingPrincipals';

/** Principals are names here: what is attached, not what it is. A detachment takes its time, and holds the thing until then. */
export function principalOperations(context: Context): Handlers<PrincipalOperation> {
  return {
    AttachThingPrincipal: (input) => {
      const { principals } = named(context, input.thingName);
      const principal = validPrincipal(input.principal);
      const attached = principals.get(principal);
      if (attached) attached.until = Infinity;
      else principals.set(principal, { sequence: context.nextSequence(), principal, until: Infinity });
      return {};
    },
    DetachThingPrincipal: (input) => {
      const thing = named(context, input.thingName);
      const principal = validPrincipal(input.principal);
      const attached = thing.principals.get(principal);
      if (!attached) failUnlessOk(context.facts.detachUnattached, `Principal ${principal} is not attached to thing ${thing.name}.`);
      else attached.until = Math.min(attached.until, context.now() + context.limits.principalDetachDelay);
      letGo(context, thing);
      return {};
    },
    ListThingPrincipals: (input) => {
      const { items, nextToken } = page(named(context, input.thingName).principals.values(), input, context.limits);
      return { principals: items.map((each) => each.principal), nextToken };
    },
  };
}

/** Drops the principals whose detachment has taken effect. */
export function letGo(context: Context, thing: Thing): void {
  for (const { principal, until } of thing.principals.values()) if (until <= context.now()) thing.principals.delete(principal);
}

function named(context: Context, name: string | undefined): Thing {
  const thing = byName.thing(context, validName('thingName', name));
  letGo(context, thing);
  return thing;
}

function validPrincipal(principal: string | undefined): string {
  if (!principal) throw failure.InvalidRequest('The principal is missing.');
  return principal;
}
