import { silenceMinutes } from '../../src/status/silence';

test.each([[1, 5], [2, 10], [5, 25]])('heartbeats every %d minutes are silence after %d', (interval, silence) => {
  expect(silenceMinutes(interval)).toBe(silence);
});
