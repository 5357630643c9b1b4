/**
 * A certificate check of a fleet whose records are as the listing, in a process of its own, as in Lambda. The stand-ins store nothing but the bucket, which is in files:
 * their answers follow from the request. Calls take no time and nothing is paced, so one invocation does everything.
 *
 * Arguments: the number of certificates, the folder of the bucket, the number of the check. Prints what it took.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListCertificatesCommand } from '@aws-sdk/client-iot';
import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { certificateCheckStep } from '../../src/certificate-check/handler/check-step';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { QUOTAS } from '../../src/kinds/register';
import { nameOfCall } from '../../src/runtime/calls';
import { silent } from '../../test/monitoring/silent';
import { BucketInFiles } from '../comparison/bucket-in-files';

const TABLE = 't';
const REGISTERED_AT = 1_700_000_000_000;

const [certificates, folder, check] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const calls: Record<string, number> = {};

function listed(from: number, size: number): object {
  const count = Math.min(size, certificates - from);
  const page = Array.from({ length: count }, (_, i) => ({
    certificateId: createHash('sha256').update(`device-${from + i}`).digest('hex'), status: 'ACTIVE', creationDate: new Date(REGISTERED_AT), certificateMode: 'DEFAULT',
  }));
  return { certificates: page, nextMarker: from + count < certificates ? String(from + count) : undefined };
}

function iot(command: object): object {
  if (!(command instanceof ListCertificatesCommand)) throw new Error('a check in sync reads nothing directly');
  return listed(Number(command.input.marker ?? 0), command.input.pageSize!);
}

function dynamodb({ input }: BatchGetItemCommand): object {
  const keys = input.RequestItems![TABLE].Keys!;
  return {
    Responses: {
      [TABLE]: keys.map((key) => ({
        ...key,
        ...marshall({
          version: 0, timestamp: REGISTERED_AT, deleted: false, sourceRegion: 'us-east-1', eventId: 'sweep-1', incarnation: String(REGISTERED_AT), state: { status: 'ACTIVE', pem: 'x'.repeat(1300), policies: ['fleet'] },
        }),
      })),
    },
  };
}

const sfn = (command: object) => {
  if (!(command instanceof StartSyncExecutionCommand)) return { executions: [] };
  const { eventType } = JSON.parse(command.input.input!) as { readonly eventType: string };
  calls[eventType] = (calls[eventType] ?? 0) + 1;
  return { status: 'SUCCEEDED', output: '{"outcome":"persisted"}' };
};

const counted = (answer: (command: never) => object | Promise<object>) => ({
  send: async (command: object) => {
    const name = nameOfCall(command);
    calls[name] = (calls[name] ?? 0) + 1;
    return answer(command as never);
  },
}) as never;

const bucket = new BucketInFiles(folder);
const step = certificateCheckStep({
  iot: counted(iot),
  dynamodb: counted(dynamodb),
  s3: counted((command) => bucket.answer(command)),
  sfn: counted(sfn),
  config: {
    tableName: TABLE, bucket: { name: 'b', owner: '111122223333' }, observationWorkflowArn: 'o', checkWorkflowArn: 'c', sweepWorkflowArn: 's', onlyReferred: [], intervalSeconds: 900, logPayloads: false,
  },
  pause,
  readPace: { pass: async () => undefined, rateOf: (operation) => QUOTAS[operation] / 2 },
  ...silent,
  now: Date.now,
});

const run = { name: `check-${check}`, startedAt: Date.now(), maxNew: 4500 };
const scope = { kinds: ['certificate'] as const, prefixes: {} };
const time = { getRemainingTimeInMillis: () => Infinity };

async function main(): Promise<void> {
  await step({ phase: CHECK_PHASE, page: 0, run, scope }, time);
  const summary = await step({ phase: 'summary', page: 0, run, scope }, time);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ summary, calls, peakBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
