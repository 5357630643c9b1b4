import jsonata from 'jsonata';
import Environment from '../environment';

/**
 * The tests' environment with a JSONata from outside the sandbox that jest runs tests in. Inside, each look at a global is intercepted, and
 * JSONata takes ten times as long.
 */
export default class SimulationEnvironment extends Environment {
  public async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { hostJsonata: jsonata });
  }
}
