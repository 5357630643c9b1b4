import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Counts } from '../../src/comparison/counts';
import type { Entry, Unit } from '../../src/comparison/handler/journal';
import { Journal } from '../../src/comparison/handler/journal';
import { Objects } from '../../src/comparison/handler/objects';
import { sum } from '../../src/comparison/handler/phase';
import { S3Sender } from '../../src/runtime/senders';
import { OWNER, SimulatedBucket } from '../simulation/bucket';

export const BUCKET = 'reports';
export const BUCKET_OF = { name: BUCKET, owner: OWNER };

/** A bucket in the place of a client; `onCall` can make a call fail. */
export function s3Of(bucket: SimulatedBucket, onCall: (command: object) => void = () => undefined): S3Sender {
  const send = async (command: object) => {
    onCall(command);
    if (command instanceof PutObjectCommand) return bucket.put(command);
    if (command instanceof GetObjectCommand) return bucket.get(command);
    if (command instanceof ListObjectsV2Command) return bucket.list(command);
    throw new Error(`unexpected call ${command.constructor.name}`);
  };
  return { send: send as unknown as S3Sender['send'] };
}

/** A journal of the run `run`, and how often each call was made. */
export function newJournal(pageSize = 1000) {
  const bucket = new SimulatedBucket(BUCKET, pageSize);
  const calls: Record<string, number> = {};
  const journal = new Journal(new Objects(s3Of(bucket, ({ constructor: { name } }) => { calls[name] = (calls[name] ?? 0) + 1; }), BUCKET_OF), 'run');
  return { bucket, journal, calls };
}

/** Writes entries with the totals that they have to have. */
export async function writeUnits(journal: Journal, phase: string, units: readonly Unit[]): Promise<void> {
  let total: Counts = {};
  for (const [i, unit] of units.entries()) {
    total = sum(total, unit.counts);
    await journal.write(phase, i + 1, { ...unit, total, first: [] } satisfies Entry);
  }
}
