import { EventEmitter } from 'node:events';
import { interruptionOf } from '../../live-check/interrupts';

function interrupted() {
  const target = new EventEmitter();
  const printed: string[] = [];
  const interruption = interruptionOf(target as unknown as NodeJS.Process, (text) => printed.push(text));
  return { target, printed, interruption };
}

test('the first Ctrl-C ends the looks, the second the removal too, with how to remove the rest', () => {
  const { target, printed, interruption } = interrupted();
  interruption.left = () => 'npm run live-check -- --clean abcd1234';
  target.emit('SIGINT');
  expect([interruption.signal.aborted, interruption.impatience.aborted]).toEqual([true, false]);
  target.emit('SIGINT');
  expect(interruption.impatience.aborted).toBe(true);
  target.emit('SIGINT');
  expect(printed).toEqual(['\nSIGINT: removing resources; once more leaves them', '\nSIGINT: npm run live-check -- --clean abcd1234']);
});

test.each(['SIGTERM', 'SIGHUP'])('%s is as Ctrl-C', (signal) => {
  const { target, interruption } = interrupted();
  target.emit(signal);
  expect(interruption.signal.aborted).toBe(true);
});
