// eslint-disable-next-line import/no-extraneous-dependencies -- it comes with jest
import type { Circus } from '@jest/types';
import jsonata from 'jsonata';
import Environment, { leaveContexts } from '../environment';

/** Frames of an error's stack, as without jest, which asks for 100: a simulation makes an error for each call that is refused. */
const STACK_FRAMES = 10;

/**
 * The tests' environment with a JSONata from outside the sandbox that jest runs tests in. Inside, each look at a global is intercepted, and
 * JSONata takes ten times as long.
 */
export default class SimulationEnvironment extends Environment {
  public async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { hostJsonata: jsonata });
    this.global.Error.stackTraceLimit = STACK_FRAMES;
  }

  /**
   * Ends the asynchronous context of a test before it begins: each promise of a simulation would pass by it. jest-circus only looks an error up in it that nobody awaits: without
   * it, such an error fails the file rather than the test.
   */
  public handleTestEvent({ name }: Circus.Event): void {
    if (name === 'test_fn_start') leaveContexts();
  }
}
