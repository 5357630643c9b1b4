import { failure } from './errors';
import type { RegistryLimits } from './limits';
import type { Ordered } from './ordered';
import { validPage } from './validation';

interface Request { readonly nextToken?: string; readonly maxResults?: number }

/** A page of what comes in ascending order of its sequence; what is created or deleted between two pages shifts nothing. */
export function page<T extends { readonly sequence: number }>(
  all: Iterable<T>, request: Request, { pageSize, maxPageSize }: RegistryLimits,
): { items: T[]; nextToken?: string } {
  const size = Math.min(validPage(request.maxResults, pageSize), maxPageSize);
  const after = position(request.nextToken);
  const items: T[] = [];
  for (const each of all) {
    if (each.sequence <= after) continue;
    if (items.length === size) return { items, nextToken: String(items[size - 1].sequence) };
    items.push(each);
  }
  return { items };
}

interface MarkedRequest { readonly marker?: string; readonly pageSize?: number; readonly ascendingOrder?: boolean }

/** A page as the older calls make them: with a marker, and the newest first unless it is asked for otherwise. */
export function markedPage<T extends { readonly sequence: number }>(
  all: Ordered<T>, { marker, pageSize, ascendingOrder = false }: MarkedRequest, limits: RegistryLimits, isListed: (item: T) => boolean = () => true,
): { items: T[]; nextMarker?: string } {
  const size = Math.min(validPage(pageSize, limits.pageSize), limits.maxPageSize);
  const items: T[] = [];
  let place = marker === undefined ? undefined : position(marker);
  for (;;) {
    const some = all.beyond(place, size + 1, ascendingOrder);
    for (const each of some) {
      place = each.sequence;
      if (!isListed(each)) continue;
      if (items.length === size) return { items, nextMarker: String(items[size - 1].sequence) };
      items.push(each);
    }
    if (some.length <= size) return { items };
  }
}

export function inOrder<T extends { readonly sequence: number }>(all: Iterable<T>): T[] {
  return [...all].sort((one, other) => one.sequence - other.sequence);
}

/** A page of what is listed oldest first, whichever way it is asked for. */
export function oldestFirst<T extends { readonly sequence: number }>(all: Ordered<T>, request: MarkedRequest, limits: RegistryLimits): { items: T[]; nextMarker?: string } {
  return markedPage(all, { ...request, ascendingOrder: true }, limits);
}

function position(token: string | undefined): number {
  if (token === undefined) return -1;
  if (!/^\d+$/.test(token)) throw failure.InvalidRequest('The nextToken is not valid.');
  return Number(token);
}
