/**
 * One phase of a sweep or of a drift check over a fleet, in a process of its own, as in Lambda. The stand-ins for the services store nothing: their
 * answers follow from the request, and the journal is in files. Calls take no time and nothing is paced, so one invocation does everything.
 *
 * Arguments: what is compared, the situation, the phase, the number of things, the journal's folder, whether the SDK serializes and parses. Prints the maximum memory of the
 * process, and its CPU time.
 */
import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Compared, Situation } from './memory';
import { answeredBy, Client, sdkClients } from './sdk-clients';
import { planOf } from '../../src/comparison/phases';
import { driftStep } from '../../src/drift/handler/drift-step';
import type { Entity } from '../../src/kinds';
import { keyOf, parseKey, QUOTAS } from '../../src/kinds/register';
import { signalKindOf } from '../../src/record/signal';
import { addressedIot } from '../../src/runtime/addressed-iot';
import { Gate, Pace } from '../../src/runtime/pace';
import { SweepContext } from '../../src/sweep/handler/context';
import { sweepStep } from '../../src/sweep/handler/sweep-step';
import { silent } from '../../test/monitoring/silent';
import { BucketInFiles } from '../comparison/bucket-in-files';
import { driftConfigOf } from '../comparison/drift-config';
import { Fleet } from '../comparison/fleet';
import { entitiesOf, Observation, observationFor } from '../comparison/fleet-observations';
import { Meter } from '../comparison/meter';
import { WHOLE_SELECTION } from '../comparison/scope';
import { SourceRegistry } from '../comparison/source';
import { encoded, SOURCE_REGION, storedOf } from '../comparison/stored';
import { IDENTITIES } from '../identities/config';
import { IdentityFleet } from '../identities/identity-fleet';
import { identityEntities, identityObservationFor } from '../identities/identity-observations';
import { readsOf } from '../identities/source-reads';

const TABLE = 't';
/** Items of a megabyte. */
const SCAN_PAGE = 3000;

type Arguments = [Compared, Situation, string, string, string, string | undefined];
const [compared, situation, phase, things, folder, withSdk] = process.argv.slice(2) as Arguments;
const isOfIdentities = compared === 'identities';
const sizeOf = (size: number) => ({ fleet: new Fleet(size), identities: new IdentityFleet(size, 'own', 'numbered') });
const whole = sizeOf(Number(things));
/** The content of the registry, and that of the table. */
const [there, isRecorded] = situation === 'empty table' ? [whole, false] : situation === 'in sync' ? [whole, true] : [sizeOf(0), true];
const { fleet, identities } = whole;
const scope = isOfIdentities ? { kinds: planOf('identities').kinds, prefixes: {} } : WHOLE_SELECTION;

function recordFor(entity: Entity): Observation {
  return scope.kinds.includes(entity.kind) && isOfIdentities ? identityObservationFor(fleet, identities, entity) : observationFor(fleet, entity);
}

type Answer = (command: { readonly input: object }) => object | Promise<object>;
const sender = (answer: Answer) => ({ send: async (command: { readonly input: object }) => answer(command) }) as never;
/** With a client, the answer is one of HTTP. */
const parsing = (client: Client | undefined, answer: Answer) => (client ? answeredBy(client, answer) as never : sender(answer));

/** No key waits in the state table, and no heartbeat is recorded: a destination without a heartbeat may repair. */
function batchGet({ input }: BatchGetItemCommand): object {
  const keys = input.RequestItems?.[TABLE]?.Keys ?? [];
  const records = keys.map(({ pk, sk }) => ({ pk: pk.S!, sk: sk.S! })).filter((key) => !signalKindOf(key));
  const items = records.map((key) => encoded(storedOf(recordFor(parseKey(key)), 0)));
  return { Responses: isRecorded ? { [TABLE]: items } : {} };
}

/** Pages come in order, so one pass over the fleet yields them all. */
const entities = isOfIdentities ? identityEntities(fleet, identities) : entitiesOf(fleet);

function scan(): object {
  const Items: object[] = [];
  let last: object | undefined;
  while (Items.length < SCAN_PAGE) {
    const { value, done } = entities.next();
    if (done || !isRecorded) return { Items };
    const { pk, sk } = keyOf(value);
    last = { pk: { S: pk }, sk: { S: sk } };
    Items.push({ ...last, deleted: { BOOL: false } });
  }
  return { Items, LastEvaluatedKey: last };
}

const registry = new SourceRegistry(there.fleet, new Meter(), { admit: () => undefined }, readsOf(there.fleet, there.identities));
const bucket = new BucketInFiles(folder);
const clients = withSdk ? sdkClients() : undefined;
const pace: Pace = { pass: async () => undefined, rateOf: (operation) => QUOTAS[operation] / 2 };
const gate: Gate = { perSecond: 4, pass: async () => undefined };
const common = {
  iot: addressedIot(parsing(clients?.iot, (command) => registry.answer(command)), IDENTITIES.arnPrefix),
  dynamodb: parsing(clients?.dynamodb, (command) => (command instanceof ScanCommand ? scan() : batchGet(command as BatchGetItemCommand))),
  s3: sender((command) => bucket.answer(command)),
  readPace: pace,
  writePace: pace,
  ...silent,
  now: () => Date.now(),
} satisfies Partial<SweepContext>;

const sweep = sweepStep({
  ...common,
  sfn: sender(() => ({ status: 'SUCCEEDED', output: '{"outcome":"persisted"}' })),
  deletionPace: gate,
  config: { tableName: TABLE, bucket: { name: 'b', owner: '111122223333' }, observationWorkflowArn: 'p', sweepWorkflowArn: 's', maxDeletions: Infinity, maxDeactivations: Infinity, logPayloads: false },
});
const drift = driftStep({
  ...common,
  sfn: sender(() => ({})),
  sqs: sender(() => ({})),
  pause: async () => undefined,
  retainedUntil: async () => undefined,
  otherReplications: async () => [],
  config: { ...driftConfigOf({ tableName: TABLE, sourceRegion: SOURCE_REGION }), ...isOfIdentities ? { identities: IDENTITIES } : {} },
});

const step = situation === 'all missing' ? drift : sweep;
const run = { name: 'run', startedAt: Date.now(), mode: 'repair' as const };
step({ phase, page: 0, run, scope }, { getRemainingTimeInMillis: () => Infinity }).then(
  (progress) => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    process.stdout.write(JSON.stringify({ ...progress, peakBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }));
  },
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
