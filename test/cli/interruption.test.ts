import { EventEmitter } from 'node:events';
import { interruptionOf } from '../../src/cli/interruption';

function interrupted() {
  const exits: unknown[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (code: unknown) => { exits.push(code); } });
  return { target, exits, interruption: interruptionOf(target as unknown as NodeJS.Process) };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('the first Ctrl-C ends the command, the second what takes back, and the process soon after', () => {
  const { target, exits, interruption } = interrupted();
  const aborted = () => [interruption.signal.aborted, interruption.impatience.aborted];
  target.emit('SIGINT');
  expect([aborted(), exits]).toEqual([[true, false], []]);
  target.emit('SIGINT');
  expect([aborted(), exits]).toEqual([[true, true], []]);
  jest.advanceTimersByTime(3_000);
  expect(exits).toEqual([130]);
});

test('the third ends the process at once', () => {
  const { target, exits } = interrupted();
  for (let i = 0; i < 3; i += 1) target.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test.each(['SIGTERM', 'SIGHUP'])('%s is as Ctrl-C', (signal) => {
  const { target, interruption } = interrupted();
  target.emit(signal);
  expect(interruption.signal.aborted).toBe(true);
});
