import type { Entity } from '../../kinds';
import { kindOf } from '../../kinds/register';

/** A state without the text of a certificate: it is long, and the id stands for it. */
export function withoutPem(state: unknown): unknown {
  if (typeof state !== 'object' || state === null || !('pem' in state)) return state;
  const { pem: _, ...rest } = state;
  return rest;
}

/** Whether registry events say nothing of it, so that only sweeps and checks find its changes. */
export function isIdentity({ kind }: Pick<Entity, 'kind'>): boolean {
  return kindOf(kind).feature !== undefined;
}

interface Shown {
  readonly status?: unknown;
  readonly policies?: unknown;
  readonly elements?: unknown;
}

/** What a person wants to know of a state at once; undefined for kinds of which that is nothing but the differences. */
export function detailOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { status, policies, elements } = state as Shown;
  const parts = [
    ...typeof status === 'string' ? [status] : [],
    ...Array.isArray(policies) ? [policies.length > 0 ? `policies ${policies.join(', ')}` : 'no policy'] : [],
    ...Array.isArray(elements) ? [elements.map((element) => String(element).replace(/\/exclusive$/, ' (exclusive)')).join(', ')] : [],
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** `ACTIVE`, …; undefined for kinds without a status. */
export function statusIn(state: unknown): string | undefined {
  const status = typeof state === 'object' && state !== null ? (state as Shown).status : undefined;
  return typeof status === 'string' ? status : undefined;
}
