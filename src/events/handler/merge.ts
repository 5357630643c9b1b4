/** The registry event switches of an account and Region, as the API has them: with a capital E. */
export type EventSwitches = Readonly<Record<string, { readonly Enabled?: boolean } | undefined>>;

/**
 * What to send so that the wanted events are on and nobody else's goes off, or nothing if they are on already.
 *
 * Whether AWS merges what it is sent with what is on, or puts it in its place, is not documented. So everything that is on is sent again;
 * what is off is left out, which is right either way.
 */
export function switchOn(wanted: readonly string[], current: EventSwitches): Record<string, { Enabled: true }> | undefined {
  const on = Object.keys(current).filter((type) => current[type]?.Enabled);
  if (wanted.every((type) => on.includes(type))) return undefined;
  return Object.fromEntries([...new Set([...on, ...wanted])].map((type) => [type, { Enabled: true }]));
}
