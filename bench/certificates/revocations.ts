import { createHash } from 'node:crypto';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeCertificateCommand, ListAttachedPoliciesCommand, ListCertificatesCommand } from '@aws-sdk/client-iot';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Begun } from '../../src/certificate-check/handler/begin';
import { certificateCheckStep } from '../../src/certificate-check/handler/check-step';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { silent } from '../../test/monitoring/silent';
import { Random } from '../../test/simulation/random';
import { pause } from '../comparison/latency';
import { QuotaBuckets } from '../comparison/quota-buckets';
import { sleep } from '../quota/simulated-clock';

const TABLE = 't';
const SHARE = 0.5;
const REGISTERED_AT = 1_700_000_000_000;
const REVOKED = 200;
/** Intervals in which certificates are revoked. */
const INTERVALS = 3;
/** Attempts of the SDK. */
const ATTEMPTS = 5;

interface Certificate {
  readonly id: string;
  status: string;
  recorded: string;
  revokedAt?: number;
}

interface ObservedRecord {
  readonly pk: string;
  readonly state: { readonly status: string };
}

/**
 * Revokes certificates at random while checks run on their schedule and a sweep reads certificates at its share of the same quotas. The checks are real, with their
 * pace; the registry has a token bucket for each call.
 *
 * @returns seconds from each revocation to its record
 */
export async function revocationLags(count: number, intervalSeconds: number): Promise<number[]> {
  const certificates: Certificate[] = Array.from({ length: count }, (_, i) => ({ id: createHash('sha256').update(`device-${i}`).digest('hex'), status: 'ACTIVE', recorded: 'ACTIVE' }));
  const byId = new Map(certificates.map((each) => [each.id, each]));
  const quotas = new QuotaBuckets();
  const objects = new Map<string, string>();
  const lags: number[] = [];
  const random = new Random(1);
  let isOver = false;

  const admitted = async (operation: string) => {
    await pause('iot');
    for (let attempt = 1; ; attempt++) {
      try {
        return quotas.admit(operation);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await sleep(100 * 2 ** attempt);
      }
    }
  };
  const iot = async (command: object) => {
    if (command instanceof ListCertificatesCommand) {
      await admitted('ListCertificates');
      const from = Number(command.input.marker ?? 0);
      const page = certificates.slice(from, from + command.input.pageSize!);
      const next = from + page.length;
      const items = page.map(({ id, status }) => ({ certificateId: id, status, creationDate: new Date(REGISTERED_AT) }));
      return { certificates: items, nextMarker: next < count ? String(next) : undefined };
    }
    if (command instanceof DescribeCertificateCommand) {
      await admitted('DescribeCertificate');
      const { status } = byId.get(command.input.certificateId!)!;
      return { certificateDescription: { certificateId: command.input.certificateId, status, certificatePem: 'pem', creationDate: new Date(REGISTERED_AT) } };
    }
    if (!(command instanceof ListAttachedPoliciesCommand)) throw new Error('the simulation has no such call of AWS IoT');
    await admitted('ListAttachedPolicies');
    return { policies: [] };
  };
  const dynamodb = async ({ input }: BatchGetItemCommand) => {
    await pause('table');
    return {
      Responses: {
        [TABLE]: input.RequestItems![TABLE].Keys!.map((key) => ({
          ...key,
          ...marshall({
            version: 0,
            timestamp: REGISTERED_AT,
            deleted: false,
            sourceRegion: 'us-east-1',
            eventId: 'sweep-1',
            incarnation: String(REGISTERED_AT),
            state: { status: byId.get(key.pk.S!.slice('cert#'.length))!.recorded, pem: 'pem', policies: [] },
          }),
        })),
      },
    };
  };
  const s3 = async (command: object) => {
    await pause('s3');
    if (command instanceof PutObjectCommand) {
      objects.set(command.input.Key!, command.input.Body as string);
      return {};
    }
    if (command instanceof GetObjectCommand) {
      const body = objects.get(command.input.Key!);
      if (body === undefined) throw new NoSuchKey({ message: 'there is no such object', $metadata: {} });
      return { Body: { transformToString: async () => body } };
    }
    const { Prefix, StartAfter = '' } = (command as ListObjectsV2Command).input;
    const keys = [...objects.keys()].filter((key) => key.startsWith(Prefix!) && key > StartAfter).sort();
    return { Contents: keys.map((Key) => ({ Key })), IsTruncated: false };
  };
  const sfn = async (command: object) => {
    if (!(command instanceof StartSyncExecutionCommand)) return { executions: [] };
    await pause('express');
    const { record } = JSON.parse(command.input.input!) as { readonly record?: ObservedRecord };
    const certificate = record && byId.get(record.pk.slice('cert#'.length))!;
    if (certificate) {
      certificate.recorded = record.state.status;
      if (certificate.revokedAt !== undefined) lags.push((Date.now() - certificate.revokedAt) / 1000);
    }
    return { status: 'SUCCEEDED', output: '{"outcome":"persisted"}' };
  };
  const step = certificateCheckStep({
    iot: { send: iot as never },
    dynamodb: { send: dynamodb as never },
    s3: { send: s3 as never },
    sfn: { send: sfn as never },
    config: {
      tableName: TABLE, bucket: { name: 'b', owner: '111122223333' }, observationWorkflowArn: 'o', checkWorkflowArn: 'c', sweepWorkflowArn: 's', onlyReferred: [], intervalSeconds, logPayloads: false,
    },
    readPace: new SharePace(SHARE),
    ...silent,
    now: Date.now,
  });

  let checks = 0;
  const check = async () => {
    const name = `check-${++checks}`;
    const { run } = await step({ phase: 'begin', input: {}, name, startTime: new Date(Date.now()).toISOString() }, { getRemainingTimeInMillis: () => Infinity }) as Extract<Begun, { run: unknown }>;
    const scope = { kinds: ['certificate'] as const, prefixes: {} };
    await step({ phase: CHECK_PHASE, page: 0, run, scope }, { getRemainingTimeInMillis: () => Infinity });
    await step({ phase: 'summary', page: 0, run, scope }, { getRemainingTimeInMillis: () => Infinity });
  };
  /** As the identity sweep of a backfill reads: all the time, at its share. */
  const sweep = async () => {
    const pace = new SharePace(SHARE);
    for (let i = 0; !isOver; i = (i + 1) % count) {
      await pace.pass('DescribeCertificate');
      await admitted('DescribeCertificate');
    }
  };
  const revoke = async () => {
    const perRevocation = (INTERVALS * intervalSeconds * 1000) / REVOKED;
    for (let i = 0; i < REVOKED; i++) {
      await sleep(perRevocation * (0.5 + random.next()));
      const certificate = random.pick(certificates.filter(({ status }) => status === 'ACTIVE'));
      certificate.status = 'REVOKED';
      certificate.revokedAt = Date.now();
    }
  };
  await check();
  const sweeping = sweep();
  /** A check that is still running when the next one is due is left running. */
  const schedule = async () => {
    const began = Date.now();
    while (lags.length < REVOKED) {
      await check();
      const intervals = Math.ceil((Date.now() - began) / (intervalSeconds * 1000));
      await sleep(began + intervals * intervalSeconds * 1000 - Date.now());
    }
  };
  await Promise.all([schedule(), revoke()]);
  isOver = true;
  await sweeping;
  return lags;
}
