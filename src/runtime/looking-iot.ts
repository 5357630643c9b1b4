import { nameOfCall } from './calls';
import type { IotSender } from './senders';

/** Calls that read. AWS documents for none of them that it sees an earlier write. */
const LOOKS = /^(Describe|List)/;

/** The same client, which remembers whether it has read anything. */
export class LookingIot implements IotSender {
  public hasLooked = false;
  public readonly send: IotSender['send'];

  constructor(iot: IotSender) {
    const send = (...args: Parameters<IotSender['send']>) => {
      this.hasLooked ||= LOOKS.test(nameOfCall(args[0]));
      return iot.send(...args);
    };
    this.send = send as IotSender['send'];
  }
}
