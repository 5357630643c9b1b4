import { AsyncLocalStorage } from 'node:async_hooks';
// eslint-disable-next-line import/no-extraneous-dependencies -- it comes with jest
import { TestEnvironment } from 'jest-environment-node';

/** Storages that the tests of a file have entered. */
const entered = new Set<AsyncLocalStorage<unknown>>();

for (const method of ['run', 'enterWith'] as const) {
  const original = AsyncLocalStorage.prototype[method] as (...parameters: unknown[]) => unknown;
  Object.defineProperty(AsyncLocalStorage.prototype, method, {
    configurable: true,
    writable: true,
    value(this: AsyncLocalStorage<unknown>, ...parameters: unknown[]): unknown {
      entered.add(this);
      return original.apply(this, parameters);
    },
  });
}

/** Leaves all of them: from then on promises cost what they cost without. */
export function leaveContexts(): void {
  for (const storage of entered) storage.disable();
  entered.clear();
}

/**
 * Node's environment, which leaves no asynchronous context behind. jest-circus enters one for each test and never disables its storage, and from then on each promise of
 * the worker process passes by it: after thirty files, a simulation took more than twice as long.
 */
export default class Environment extends TestEnvironment {
  public async teardown(): Promise<void> {
    await super.teardown();
    leaveContexts();
  }
}
