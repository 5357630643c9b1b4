const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const [SUNDAY, MONDAY, SATURDAY] = [1, 2, 7];

/** A field of a cron expression: its numbers, alternative names, and other allowed values. */
interface Field {
  readonly least: number;
  readonly most: number;
  /** Of the numbers from the least one. */
  readonly names?: readonly string[];
  readonly others?: RegExp;
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31, others: /^(\?|L(-\d+)?|\d+W|LW)$/ },
  { least: 1, most: 12, names: MONTHS },
  { least: 1, most: 7, names: WEEKDAYS, others: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { least: 1970, most: 2199 },
];
const [DAY_OF_MONTH, MONTH, DAY_OF_WEEK] = [2, 3, 4];

/** A day as cron expressions see it; days of the week count from Sunday, 1. */
interface Day {
  readonly day: number;
  /** Of its month. */
  readonly lastDay: number;
  readonly month: number;
  readonly weekday: number;
}

/** The fields of what `cron(…)` contains. */
export function fieldsOf(text: string): string[] {
  return text.split(/\s+/);
}

/** Whether it has each field, with `?` in exactly one of the two days. */
export function isCron(text: string): boolean {
  const fields = fieldsOf(text);
  return fields.length === FIELDS.length && fields.every((field, i) => isOf(field, FIELDS[i]))
    && (fields[DAY_OF_MONTH] === '?') !== (fields[DAY_OF_WEEK] === '?');
}

function isOf(field: string, { least, most, names = [], others }: Field): boolean {
  const isValue = (text: string) => names.includes(text.toUpperCase()) || /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
  return field.split(',').every((part) => {
    if (others?.test(part.toUpperCase())) return true;
    const [range, step, ...more] = part.split('/');
    const ends = range.split('-');
    return more.length === 0 && (step === undefined || /^[1-9]\d*$/.test(step)) && (range === '*' || ends.length <= 2 && ends.every(isValue));
  });
}

/**
 * The longest time between two days of a cron expression, in days, whatever the year; Infinity if no day is one of its days, as of 30 February.
 *
 * It is found on a calendar, because months differ in length: after the 31st of January, the next 31st is in March.
 */
export function longestIntervalDays(text: string): number {
  const fields = fieldsOf(text).map((field) => field.toUpperCase());
  const isDayOfMonth = dayOfMonthIn(fields[DAY_OF_MONTH]);
  const isDayOfWeek = dayOfWeekIn(fields[DAY_OF_WEEK]);
  const months = numbersIn(fields[MONTH], FIELDS[MONTH]);
  const calendar = calendarOf28Years();
  const found = calendar.flatMap((each, i) => months.has(each.month) && isDayOfMonth(each) && isDayOfWeek(each) ? [i] : []);
  const intervals = found.map((index, i) => (found[i + 1] ?? found[0] + calendar.length) - index);
  return intervals.length === 0 ? Infinity : Math.max(...intervals);
}

/** After 28 years, leap years and days of the week recur in the same order, as long as no year such as 2100 is among them. */
function calendarOf28Years(): Day[] {
  const first = 2001;
  const days: Day[] = [];
  // 1 January 2001.
  let weekday = MONDAY;
  for (let month = 0; month < 28 * MONTHS.length; month++) {
    const lastDay = new Date(Date.UTC(first, month + 1, 0)).getUTCDate();
    for (let day = 1; day <= lastDay; day++) {
      days.push({ day, lastDay, month: month % MONTHS.length + 1, weekday });
      weekday = weekday % SATURDAY + 1;
    }
  }
  return days;
}

function dayOfMonthIn(field: string): (day: Day) => boolean {
  const numbers = numbersIn(field, FIELDS[DAY_OF_MONTH]);
  const others = field.split(',').flatMap((part): ((day: Day) => boolean)[] => {
    const [, beforeLast] = /^L(?:-(\d+))?$/.exec(part) ?? [part];
    if (part.endsWith('W')) return [(each) => each.day === nearestWeekday(part === 'LW' ? each.lastDay : parseInt(part, 10), each)];
    return part.startsWith('L') ? [({ day, lastDay }) => day === lastDay - Number(beforeLast ?? 0)] : [];
  });
  return (each) => numbers.has(each.day) || others.some((isOne) => isOne(each));
}

/** The day from Monday to Friday that is nearest to a day, in the same month; NaN if the month does not have it. */
function nearestWeekday(wanted: number, { day, lastDay, weekday }: Day): number {
  if (wanted > lastDay) return NaN;
  const itsWeekday = (weekday - 1 + wanted - day + 7 * 5) % 7 + 1;
  if (itsWeekday === SATURDAY) return wanted === 1 ? 3 : wanted - 1;
  if (itsWeekday === SUNDAY) return wanted === lastDay ? wanted - 2 : wanted + 1;
  return wanted;
}

function dayOfWeekIn(field: string): (day: Day) => boolean {
  const numbers = numbersIn(field, FIELDS[DAY_OF_WEEK]);
  const others = field.split(',').flatMap((part): ((day: Day) => boolean)[] => {
    const [, ofLastWeek] = /^(\d)L$/.exec(part) ?? [];
    const [, ofWeek, week] = /^(\d)#(\d)$/.exec(part) ?? [];
    if (ofLastWeek !== undefined) return [({ day, lastDay, weekday }) => weekday === Number(ofLastWeek) && day > lastDay - 7];
    if (ofWeek !== undefined) return [({ day, weekday }) => weekday === Number(ofWeek) && Math.ceil(day / 7) === Number(week)];
    return part === 'L' ? [({ weekday }) => weekday === SATURDAY] : [];
  });
  return (each) => numbers.has(each.weekday) || others.some((isOne) => isOne(each));
}

/** The numbers that values, ranges and steps of a field stand for. A range may go beyond the end, as from Friday to Monday. */
function numbersIn(field: string, { least, most, names = [], others }: Field): ReadonlySet<number> {
  const count = most - least + 1;
  const numberOf = (text: string) => names.includes(text) ? names.indexOf(text) + least : Number(text);
  return new Set(field.split(',').flatMap((part) => {
    if (part !== '?' && others?.test(part)) return [];
    const [range, step] = part.split('/');
    const [from, to = step === undefined ? from : most] = ['*', '?'].includes(range) ? [least, most] : range.split('-').map(numberOf);
    const steps = Math.floor((to - from + (to < from ? count : 0)) / Number(step ?? 1));
    return Array.from({ length: steps + 1 }, (_, i) => (from - least + i * Number(step ?? 1)) % count + least);
  }));
}
