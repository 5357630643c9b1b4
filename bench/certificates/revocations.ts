import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeCertificateCommand, ListAttachedPoliciesCommand, ListCertificatesCommand } from '@aws-sdk/client-iot';
import { StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Begun } from '../../src/certificate-check/handler/begin';
import { certificateCheckStep } from '../../src/certificate-check/handler/check-step';
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { SharePace } from '../../src/kinds/handler/share-pace';
import { silent } from '../../test/monitoring/silent';
import { Random } from '../../test/simulation/random';
import { Bucket } from '../comparison/bucket';
import { pause } from '../comparison/latency';
import { Meter } from '../comparison/meter';
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

/** The certificates of the source with their records. The registry has a token bucket for each call. */
class Fleet {
  /** Seconds from each revocation to its record. */
  public readonly lags: number[] = [];
  private readonly certificates: readonly Certificate[];
  private readonly byId: ReadonlyMap<string, Certificate>;
  private readonly quotas = new QuotaBuckets();

  constructor(private readonly count: number) {
    this.certificates = Array.from({ length: count }, (_, i) => ({ id: createHash('sha256').update(`device-${i}`).digest('hex'), status: 'ACTIVE', recorded: 'ACTIVE' }));
    this.byId = new Map(this.certificates.map((each) => [each.id, each]));
  }

  public revokeOne(random: Random): void {
    const certificate = random.pick(this.certificates.filter(({ status }) => status === 'ACTIVE'));
    certificate.status = 'REVOKED';
    certificate.revokedAt = Date.now();
  }

  /** Tries again as the SDK does. */
  public async admitted(operation: string): Promise<void> {
    await pause('iot');
    for (let attempt = 1; ; attempt++) {
      try {
        return this.quotas.admit(operation);
      } catch (error) {
        if (attempt === ATTEMPTS) throw error;
        await sleep(100 * 2 ** attempt);
      }
    }
  }

  public async iot(command: object): Promise<object> {
    if (command instanceof ListCertificatesCommand) {
      await this.admitted('ListCertificates');
      const from = Number(command.input.marker ?? 0);
      const page = this.certificates.slice(from, from + command.input.pageSize!);
      const next = from + page.length;
      const items = page.map(({ id, status }) => ({ certificateId: id, status, creationDate: new Date(REGISTERED_AT) }));
      return { certificates: items, nextMarker: next < this.count ? String(next) : undefined };
    }
    if (command instanceof DescribeCertificateCommand) {
      await this.admitted('DescribeCertificate');
      const { status } = this.byId.get(command.input.certificateId!)!;
      return { certificateDescription: { certificateId: command.input.certificateId, status, certificatePem: 'pem', creationDate: new Date(REGISTERED_AT) } };
    }
    if (!(command instanceof ListAttachedPoliciesCommand)) throw new Error('the simulation has no such call of AWS IoT');
    await this.admitted('ListAttachedPolicies');
    return { policies: [] };
  }

  public async dynamodb({ input }: BatchGetItemCommand): Promise<object> {
    await pause('table');
    return { Responses: { [TABLE]: input.RequestItems![TABLE].Keys!.map((key) => ({ ...key, ...marshall(this.recordOf(key.pk.S!)) })) } };
  }

  private recordOf(pk: string): object {
    return {
      version: 0,
      timestamp: REGISTERED_AT,
      deleted: false,
      sourceRegion: 'us-east-1',
      eventId: 'sweep-1',
      incarnation: String(REGISTERED_AT),
      state: { status: this.byId.get(idIn(pk))!.recorded, pem: 'pem', policies: [] },
    };
  }

  public async sfn(command: object): Promise<object> {
    if (!(command instanceof StartSyncExecutionCommand)) return { executions: [] };
    await pause('express');
    const { record } = JSON.parse(command.input.input!) as { readonly record?: ObservedRecord };
    if (record) this.persist(record);
    return { status: 'SUCCEEDED', output: '{"outcome":"persisted"}' };
  }

  private persist({ pk, state }: ObservedRecord): void {
    const certificate = this.byId.get(idIn(pk))!;
    certificate.recorded = state.status;
    if (certificate.revokedAt !== undefined) this.lags.push((Date.now() - certificate.revokedAt) / 1000);
  }
}

function idIn(pk: string): string {
  return pk.slice('cert#'.length);
}

/** @returns what does one check, whole */
function checksOf(fleet: Fleet, intervalSeconds: number): () => Promise<void> {
  const bucket = new Bucket(new Meter());
  const s3 = async (command: object) => {
    await pause('s3');
    return bucket.answer(command);
  };
  const step = certificateCheckStep({
    iot: { send: (command: object) => fleet.iot(command) } as never,
    dynamodb: { send: (command: BatchGetItemCommand) => fleet.dynamodb(command) } as never,
    s3: { send: s3 } as never,
    sfn: { send: (command: object) => fleet.sfn(command) } as never,
    config: {
      tableName: TABLE, bucket: { name: 'b', owner: '111122223333' }, observationWorkflowArn: 'o', checkWorkflowArn: 'c', sweepWorkflowArn: 's', onlyReferred: [], intervalSeconds, logPayloads: false,
    },
    pause: setTimeout,
    readPace: new SharePace(SHARE),
    ...silent,
    now: Date.now,
  });
  const endless = { getRemainingTimeInMillis: () => Infinity };
  const scope = { kinds: ['certificate'] as const, prefixes: {} };
  let checks = 0;
  return async () => {
    const name = `check-${++checks}`;
    const { run } = await step({ phase: 'begin', input: {}, name, startTime: new Date(Date.now()).toISOString() }, endless) as Extract<Begun, { run: unknown }>;
    await step({ phase: CHECK_PHASE, page: 0, run, scope }, endless);
    await step({ phase: 'summary', page: 0, run, scope }, endless);
  };
}

/**
 * Revokes certificates at random while checks run on their schedule and a sweep reads certificates at its share of the same quotas. The checks are real, with their
 * pace; the registry has a token bucket for each call.
 *
 * @returns seconds from each revocation to its record
 */
export async function revocationLags(count: number, intervalSeconds: number): Promise<number[]> {
  const fleet = new Fleet(count);
  const check = checksOf(fleet, intervalSeconds);
  const random = new Random(1);
  let isOver = false;

  /** As the identity sweep of a backfill reads: all the time, at its share. */
  const sweep = async () => {
    const pace = new SharePace(SHARE);
    while (!isOver) {
      await pace.pass('DescribeCertificate');
      await fleet.admitted('DescribeCertificate');
    }
  };
  const revoke = async () => {
    const perRevocation = (INTERVALS * intervalSeconds * 1000) / REVOKED;
    for (let i = 0; i < REVOKED; i++) {
      await sleep(perRevocation * (0.5 + random.next()));
      fleet.revokeOne(random);
    }
  };
  /** A check that is still running when the next one is due is left running. */
  const schedule = async () => {
    const began = Date.now();
    while (fleet.lags.length < REVOKED) {
      await check();
      const intervals = Math.ceil((Date.now() - began) / (intervalSeconds * 1000));
      await sleep(began + intervals * intervalSeconds * 1000 - Date.now());
    }
  };
  await check();
  const sweeping = sweep();
  await Promise.all([schedule(), revoke()]);
  isOver = true;
  await sweeping;
  return fleet.lags;
}
