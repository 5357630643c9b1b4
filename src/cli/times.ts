const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration in its two largest words at most: `0.4 s`, `12 s`, `15 min`, `3 h 20 min`, `2 d 4 h`. */
export function shownDuration(milliseconds: number): string {
  if (milliseconds < 10 * SECOND) return `${Math.max(0, milliseconds / SECOND).toFixed(1)} s`;
  if (milliseconds < 2 * MINUTE) return `${Math.round(milliseconds / SECOND)} s`;
  if (milliseconds < 2 * HOUR) return `${Math.round(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return twoWords(milliseconds, HOUR, 'h', MINUTE, 'min');
  return twoWords(milliseconds, DAY, 'd', HOUR, 'h');
}

function twoWords(milliseconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor(milliseconds % large / small);
  return `${Math.floor(milliseconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** How long ago; a clock that is behind shows `now`. */
export function ago(time: string, now: number): string {
  const milliseconds = now - Date.parse(time);
  return milliseconds < SECOND ? 'now' : `${shownDuration(Math.max(SECOND, Math.round(milliseconds / SECOND) * SECOND)).replace('.0 ', ' ')} ago`;
}

/** A moment as short as it is clear, in UTC: the time within the last 24 hours, else the date too. */
export function shownTime(time: string, now: number): string {
  return now - Date.parse(time) < DAY ? time.slice(11, 16) : `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
