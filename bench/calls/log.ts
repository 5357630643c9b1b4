import { MonitoringEnv } from '../../src/metrics/environment';
import { loggingFrom } from '../../src/metrics/handler/log';
import { EmbeddedMeter } from '../../src/metrics/handler/meter';
import type { StreamContext } from '../../src/replicator/handler/context';

/** The bytes that CloudWatch Logs adds to each line. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const BYTES_PER_LINE = 26;

/** The logger and the meter of Lambda, and the number of bytes that they write. */
export class Log {
  /** As CloudWatch Logs counts. */
  public bytes = 0;
  public readonly voice: Pick<StreamContext, 'logger' | 'meter'>;

  constructor() {
    const { logger } = loggingFrom(MonitoringEnv.write({ replicationName: 'fleet', logPayloads: false, logLevel: 'INFO' }));
    this.voice = { logger, meter: new EmbeddedMeter('my-replication', 'eu-west-1') };
  }

  /** Counts the bytes written to standard output meanwhile, and discards them. */
  public async listen<T>(work: () => Promise<T>): Promise<T> {
    const { write } = process.stdout;
    process.stdout.write = (chunk: string | Uint8Array) => {
      this.bytes += Buffer.byteLength(chunk) + BYTES_PER_LINE;
      return true;
    };
    try {
      return await work();
    } finally {
      process.stdout.write = write;
    }
  }
}
