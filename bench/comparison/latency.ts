import { Random } from '../../test/simulation/random';
import { sleep } from '../quota/simulated-clock';

/** Milliseconds that a call of each service takes: a random value between the two. */
const LATENCIES = {
  iot: [20, 60],
  s3: [20, 60],
  table: [20, 60],
  /** A consistent read of one item in the same Region. */
  item: [5, 15],
  queue: [10, 30],
  /** A synchronous Express execution that writes an item. */
  express: [60, 150],
  /** From the change to the start of the workflow. */
  rule: [50, 150],
  /** Of a global table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-MRSC.html */
  replication: [500, 1000],
} as const;
export type Latency = keyof typeof LATENCIES;

const chance = new Random(1);

export function latencyOf(kind: Latency): number {
  const [from, to] = LATENCIES[kind];
  return from + chance.below(to - from + 1);
}

export function pause(kind: Latency): Promise<void> {
  return sleep(latencyOf(kind));
}
