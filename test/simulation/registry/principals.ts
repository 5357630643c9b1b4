import type { ThingPrincipalType } from '@aws-sdk/client-iot';
import { failUnlessOk, failure, named } from './errors';
import type { Handlers, Input } from './operations';
import { page } from './pages';
import { byName, type Attachment, type Context, type Thing } from './state';
import { validName, validText } from './validation';

type PrincipalOperation = 'AttachThingPrincipal' | 'DetachThingPrincipal' | 'ListThingPrincipals' | 'ListThingPrincipalsV2' | 'ListPrincipalThings' | 'ListPrincipalThingsV2';

const EXCLUSIVE: ThingPrincipalType = 'EXCLUSIVE_THING';
const CERTIFICATE_ID = /^[0-9a-f]{64}$/;

/**
 * What is attached, not what it is: a principal is a certificate of this registry, or just a name. A detachment takes its time, and holds the thing until
 * then.
 */
export function principalOperations(context: Context): Handlers<PrincipalOperation> {
  return {
    AttachThingPrincipal: (input) => {
      attach(context, input);
      return {};
    },
    DetachThingPrincipal: (input) => {
      const thing = thingNamed(context, input.thingName);
      const principal = validText('principal', input.principal);
      const attached = thing.principals.get(principal);
      if (!attached) {failUnlessOk(context.facts.detachUnattached, `Principal ${principal} is not attached to thing ${thing.name}.`);} else if (attached.until === Infinity) {
        attached.until = context.now() + context.limits.principalDetachDelay;
        changed(context, thing);
      }
      letGo(context, thing);
      return {};
    },
    ListThingPrincipals: (input) => {
      const { items, nextToken } = page(thingNamed(context, input.thingName).principals.values(), input, context.limits);
      return { principals: items.map((each) => each.principal), nextToken };
    },
    ListThingPrincipalsV2: (input) => {
      const { items, nextToken } = page(ofType(thingNamed(context, input.thingName).principals.values(), input.thingPrincipalType), input, context.limits);
      return { thingPrincipalObjects: items.map(({ principal, type }) => ({ principal, thingPrincipalType: type })), nextToken };
    },
    ListPrincipalThings: (input) => {
      const { items, nextToken } = page(thingsOf(context, input.principal), input, context.limits);
      return { things: items.map(({ thing }) => thing.name), nextToken };
    },
    ListPrincipalThingsV2: (input) => {
      const { items, nextToken } = page(ofType(thingsOf(context, input.principal), input.thingPrincipalType), input, context.limits);
      const shown = ({ name }: Thing) => context.facts.principalThings === 'name' ? name : context.arns.thing(name);
      return { principalThingObjects: items.map(({ thing, type }) => ({ thingName: shown(thing), thingPrincipalType: type })), nextToken };
    },
  };
}

/** Drops the principals whose detachment has taken effect. */
export function letGo(context: Context, thing: Thing): void {
  for (const attached of thing.principals.values()) if (attached.until <= context.now()) drop(context, attached);
}

/** What still holds on to a principal. */
export function letGoOf(context: Context, principal: string): Attachment[] {
  for (const attached of [...context.holders.get(principal)?.values() ?? []]) if (attached.until <= context.now()) drop(context, attached);
  return [...context.holders.get(principal)?.values() ?? []];
}

/** Detaches all principals of a thing that ends. */
export function dropAll(context: Context, thing: Thing): void {
  const hadPrincipals = thing.principals.size > 0;
  for (const attached of [...thing.principals.values()]) drop(context, attached);
  if (hadPrincipals) context.changes.principals(thing);
}

function attach(context: Context, input: Input<'AttachThingPrincipal'>): void {
  const { facts, holders } = context;
  const thing = thingNamed(context, input.thingName);
  const principal = validText('principal', input.principal);
  const type = input.thingPrincipalType ?? 'NON_EXCLUSIVE_THING';
  expectPrincipal(context, principal, type);
  const attached = thing.principals.get(principal);
  const isLeaving = attached !== undefined && attached.until < Infinity;
  if (isLeaving && facts.attachingWhileDetached === 'InvalidRequest') throw failure.InvalidRequest(`Principal ${principal} is being detached from thing ${thing.name}.`);
  const isChange = attached !== undefined && !isLeaving && attached.type !== type;
  if (isChange && facts.changingPrincipalType === 'InvalidRequest') throw failure.InvalidRequest(`Principal ${principal} is attached to thing ${thing.name} with another type.`);
  if (isChange && facts.changingPrincipalType === 'kept') return;
  if (attached && !isLeaving && !isChange) {
    failUnlessOk(facts.reattachingPrincipal, `Principal ${principal} is attached to thing ${thing.name} already.`);
    return;
  }
  const rival = letGoOf(context, principal).find((each) => each.thing !== thing && (type === EXCLUSIVE || each.type === EXCLUSIVE));
  if (rival) throw named(facts.exclusiveConflict, `Principal ${principal} is attached to thing ${rival.thing.name}, which excludes thing ${thing.name}.`);
  if (attached) {
    const isEnded = facts.attachingWhileDetached === 'ends' || (facts.attachingWhileDetached === 'endsIfOfSameType' && attached.type === type);
    Object.assign(attached, { type, until: isEnded ? attached.until : Infinity });
  } else {
    const attachment: Attachment = { sequence: context.nextSequence(), principal, thing, type, until: Infinity };
    thing.principals.set(principal, attachment);
    if (!holders.has(principal)) holders.set(principal, new Map());
    holders.get(principal)!.set(thing.name, attachment);
  }
  changed(context, thing);
}

/** A certificate has to be there; of other principals this registry knows nothing. */
function expectPrincipal(context: Context, principal: string, type: ThingPrincipalType): void {
  const certificateId = context.arns.idIn(principal, 'cert');
  if (certificateId !== undefined && CERTIFICATE_ID.test(certificateId)) byName.certificate(context, certificateId);
  else if (type === EXCLUSIVE) throw failure.InvalidRequest(`Only a certificate can be attached exclusively, and ${principal} is none.`);
}

function changed(context: Context, thing: Thing): void {
  if (context.facts.principalRaisesVersion) thing.version += 1;
  context.changes.principals(thing);
}

function drop({ holders }: Context, { principal, thing }: Attachment): void {
  thing.principals.delete(principal);
  const things = holders.get(principal);
  things?.delete(thing.name);
  if (things?.size === 0) holders.delete(principal);
}

function thingsOf(context: Context, given: string | undefined): Attachment[] {
  const principal = validText('principal', given);
  const certificateId = context.arns.idIn(principal, 'cert');
  if (certificateId !== undefined && context.facts.listingOfMissingPrincipal === 'ResourceNotFound') expectPrincipal(context, principal, 'NON_EXCLUSIVE_THING');
  return letGoOf(context, principal).sort((one, other) => one.sequence - other.sequence);
}

function ofType(all: Iterable<Attachment>, type: ThingPrincipalType | undefined): Iterable<Attachment> {
  return type === undefined ? all : [...all].filter((each) => each.type === type);
}

function thingNamed(context: Context, name: string | undefined): Thing {
  const thing = byName.thing(context, validName('thingName', name));
  letGo(context, thing);
  return thing;
}
