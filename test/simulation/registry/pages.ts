import { failure } from './errors';
import type { RegistryLimits } from './limits';
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

export function inOrder<T extends { readonly sequence: number }>(all: Iterable<T>): T[] {
  return [...all].sort((one, other) => one.sequence - other.sequence);
}

function position(token: string | undefined): number {
  if (token === undefined) return -1;
  if (!/^\d+$/.test(token)) throw failure.InvalidRequest('The nextToken is not valid.');
  return Number(token);
}
