/** The registry event configurations of an account and Region, in the form of the API: with a capital E. */
export type EventSwitches = Readonly<Record<string, { readonly Enabled?: boolean } | undefined>>;

/**
 * The request that switches the required events on and no others off; nothing if they are on already.
 *
 * AWS does not document whether it merges the request with the current setting or replaces it. So the request contains everything that is on, and
 * omits what is off, which is right either way.
 */
export function switchOn(wanted: readonly string[], current: EventSwitches): Record<string, { Enabled: true }> | undefined {
  const on = Object.keys(current).filter((type) => current[type]?.Enabled);
  if (wanted.every((type) => on.includes(type))) return undefined;
  return Object.fromEntries([...new Set([...on, ...wanted])].map((type) => [type, { Enabled: true }]));
}
