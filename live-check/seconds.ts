/** For readers: how long something took. @param lag undefined if it did not happen in time */
export function shownLag(lag: number | undefined, boundSeconds: number): string {
  if (lag === undefined) return `not within ${boundSeconds} s`;
  return lag === 0 ? 'at once' : `after ${lag} s`;
}
