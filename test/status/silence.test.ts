import { silenceMinutes } from '../../src/status/silence';

test.each([[1, 5], [2, 10], [60, 300]])('heartbeats every %d minutes are silence after %d', (interval, silence) => {
  expect(silenceMinutes(interval)).toBe(silence);
});
