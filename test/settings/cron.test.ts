import { longestIntervalDays } from '../../src/settings/cron';

/** As the service reads them: the days of a cron expression, and the longest time between two of them in days. */
test.each<[string, string, number]>([
  ['every day', '* * ?', 1],
  ['every day, as a range of days', '1-31 * ?', 1],
  ['every day, as a step', '*/1 */1 ?', 1],
  ['every day, as a range of months', '* 1-12 ?', 1],
  ['every day, as a range of named months', '* jan-DEC ?', 1],
  ['every day, as a range beyond the end', '* OCT-SEP ?', 1],
  ['every day, as all days of the week', '? * *', 1],
  ['every day, as a range of days of the week', '? * 1-7', 1],
  ['every day, as a list of ranges', '1-15,16-31 1-6,7-12 ?', 1],
  ['odd days: 29 February or 31 is followed by 1', '1/2 * ?', 2],
  ['odd days, as a step of all', '*/2 * ?', 2],
  ['odd days, as a step of a range', '1-31/2 * ?', 2],
  ['even days: 30 is followed by 2, after 31', '2/2 * ?', 3],
  ['every tenth day: 21 January is followed by 31, and 21 February by 1', '1/10 * ?', 10],
  ['every seventh day: 29 is followed by 1, and 22 February too', '1/7 * ?', 7],
  ['days around the end of a month, as a range beyond it', '25-5 * ?', 20],
  ['twice a month', '1,15 * ?', 17],
  ['twice a month, late', '15,30 * ?', 29],
  ['a step beyond the end', '15/40 * ?', 31],
  ['once a month', '1 * ?', 31],
  ['day 29: of January and March', '29 * ?', 59],
  ['day 30: of January and March of a leap year', '30 * ?', 60],
  ['day 31: not of every month', '31 * ?', 61],
  ['the last day of a month', 'L * ?', 31],
  ['the day before the last', 'L-1 * ?', 31],
  ['the 1st and the last', '1,L * ?', 30],
  ['the weekday nearest to 15', '15W * ?', 32],
  ['the weekday nearest to the 1st: Friday 1 and Monday 3', '1W * ?', 33],
  ['the last weekday', 'LW * ?', 33],
  ['twice a year', '1 1,7 ?', 184],
  ['twice a year, as a step', '1 1/6 ?', 184],
  ['each quarter', '1 JAN,APR,JUL,OCT ?', 92],
  ['the days of January', '* 1 ?', 336],
  ['the days of all months but February', '* MAR-JAN ?', 30],
  ['once a year', '1 1 ?', 366],
  ['once in four years', '29 2 ?', 1461],
  ['every second month', '1 */2 ?', 62],
  ['a day of the week', '? * SUN', 7],
  ['the last day of the week', '? * L', 7],
  ['weekdays', '? * MON-FRI', 3],
  ['weekdays in numbers', '? * 2-6', 3],
  ['a list of days of the week', '? * MON,thu', 4],
  ['a range beyond the end of the week', '? * FRI-MON', 4],
  ['Monday, Wednesday and Friday', '? * 2/2', 3],
  ['the last Friday of a month', '? * 6L', 35],
  ['the first Monday of a month', '? * 2#1', 35],
  ['the fifth Monday: not of every month', '? * 2#5', 119],
  ['Mondays of January', '? 1 2', 343],
])('%s: %s', (_, days, longest) => {
  expect(longestIntervalDays(`0 3 ${days} *`)).toBe(longest);
});

test.each(['30 2 ?', '31 2,4,6,9,11 ?', 'L-31 * ?', '99W * ?'])('%s never comes', (days) => {
  expect(longestIntervalDays(`0 3 ${days} *`)).toBe(Infinity);
});
