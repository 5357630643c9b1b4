// eslint-disable-next-line import/no-extraneous-dependencies -- it comes with jest
import { TestEnvironment } from 'jest-environment-node';
import jsonata from 'jsonata';

/**
 * Node's environment with a JSONata from outside the sandbox that jest runs tests in. Inside, each look at a global is intercepted, and
 * JSONata takes ten times as long.
 */
export default class SimulationEnvironment extends TestEnvironment {
  public async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { hostJsonata: jsonata });
  }
}
