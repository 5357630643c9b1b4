import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { TroubledDestination } from './destination';
import { RunSummary } from '../../src/comparison/handler/summary';
import { planOf } from '../../src/comparison/phases';
import { Begun, DriftRun } from '../../src/drift/handler/begin';
import { DriftContext } from '../../src/drift/handler/context';
import { driftStep, DriftStepRequest } from '../../src/drift/handler/drift-step';
import { driftPhases, RECHECK_PHASE } from '../../src/drift/phases';
import { keyString, RecordKey } from '../../src/record/record';
import { silent } from '../../test/monitoring/silent';
import { Item, SOURCE_REGION, thingItem, typeItem } from '../calls/records';
import { Bucket } from '../comparison/bucket';
import { driftConfigOf } from '../comparison/drift-config';
import { Meter } from '../comparison/meter';
import { WHOLE_SELECTION } from '../comparison/scope';
import { progress, Row, shown, sum } from '../part';

const THINGS = 100_000;
/** Half of the quota of CreateThing, the construct's default. */
const REPAIRS_PER_SECOND = 50;
const SCAN_PAGE = 5_000;
const TYPE_OPERATIONS = ['CreateThingType', 'DescribeThingType', 'UpdateThingType', 'DeprecateThingType', 'DeleteThingType'];
/** The wait of a run that repairs types: `repairWaitSeconds`. */
const SETTLING_MS = 600_000;

/** A new Region for a fleet whose only type is deprecated: the real drift check, slice by slice, beside the real consumer of the retry queue. */
export async function newRegion(): Promise<Row[]> {
  progress(`trouble: a new Region with ${shown(THINGS)} things of a deprecated type`);
  const made = new TroubledDestination();
  made.store([typeItem('sensor', { deprecated: true }), ...Array.from({ length: THINGS }, (_, i) => thingItem(`thing-${i}`, { thingTypeName: 'sensor' }))]);
  const check = checkOf(made);
  let summary: RunSummary | undefined;
  const calls = await made.calls(async () => { summary = await check('first'); });
  const typeCalls = sum(TYPE_OPERATIONS.map((operation) => calls[operation] ?? 0));
  const after = await check('second');
  const isRepaired = summary?.counts.notRepaired === 0 && after.inSync;
  return [{
    what: `a new Region with ${shown(THINGS)} things of a deprecated type, by its first drift check: type calls a thing`,
    mustReach: '<= 0.01, in sync after it',
    measured: `${shown(typeCalls / THINGS, 5)} (${shown(typeCalls)} in all, ${shown(calls.CreateThing ?? 0)} creations of things), ${isRepaired ? 'in sync' : 'differs'}`,
    ok: typeCalls / THINGS <= 0.01 && isRepaired,
  }];
}

/** One execution: each unit is a slice, and the retry queue's consumer works meanwhile. */
function checkOf(made: TroubledDestination): (name: string) => Promise<RunSummary> {
  const dependencies = dependenciesOf(made);
  const step = async (request: DriftStepRequest): Promise<unknown> => {
    const answer = await driftStep(dependencies)(JSON.parse(JSON.stringify(request)) as DriftStepRequest, { getRemainingTimeInMillis: () => 0 });
    return JSON.parse(JSON.stringify(answer));
  };
  return async (name) => {
    // Records that are only a moment old count as changing.
    await made.pass(SETTLING_MS);
    const { run } = await step({ phase: 'begin', input: {}, name, startTime: new Date(dependencies.now()).toISOString() }) as Extract<Begun, { run: DriftRun }>;
    for (const phase of driftPhases(planOf())) {
      for (let page = 0, done = false; !done;) {
        const before = made.messages;
        ({ page, done } = await step({ phase, page, run, scope: WHOLE_SELECTION }) as { page: number; done: boolean });
        await made.pass((made.messages - before) / REPAIRS_PER_SECOND * 1000);
      }
      if (phase === RECHECK_PHASE) await made.pass(SETTLING_MS);
    }
    return await step({ phase: 'summary', page: 0, run, scope: WHOLE_SELECTION }) as RunSummary;
  };
}

function dependenciesOf(made: TroubledDestination): DriftContext {
  const { iot, sqs, now } = made.clients;
  const bucket = new Bucket(new Meter());
  const table = replicaOf(made.items);
  const pace = { pass: async () => undefined, rateOf: () => REPAIRS_PER_SECOND };
  return {
    iot,
    sqs,
    now,
    pause: (milliseconds) => made.pass(milliseconds),
    retainedUntil: async () => undefined,
    otherReplications: async () => [],
    dynamodb: { send: async (command: object) => table(command) } as unknown as DriftContext['dynamodb'],
    s3: { send: async (command: object) => bucket.answer(command) } as unknown as DriftContext['s3'],
    sfn: { send: async () => ({ executions: [] }) } as unknown as DriftContext['sfn'],
    config: driftConfigOf({ tableName: 'registry', sourceRegion: SOURCE_REGION }),
    readPace: pace,
    writePace: pace,
    logger: silent.logger,
  };
}

/** The replica, read in bulk. */
function replicaOf(items: readonly Item[]): (command: object) => object {
  const byKey = new Map(items.map((item, index) => [keyString(item), { item, index }]));
  const image = (item: Item) => marshall(item, { removeUndefinedValues: true });
  const found = ({ pk, sk }: Record<string, { S?: string }>) => byKey.get(keyString({ pk: pk.S!, sk: sk.S! } satisfies RecordKey));
  return (command) => {
    if (command instanceof ScanCommand) {
      const { ExclusiveStartKey: after } = command.input;
      const from = after ? found(after as Record<string, { S?: string }>)!.index + 1 : 0;
      const page = items.slice(from, from + SCAN_PAGE).map(image);
      const last = page.at(-1);
      return { Items: page, LastEvaluatedKey: from + page.length < items.length ? { pk: last!.pk, sk: last!.sk } : undefined };
    }
    // Nothing waits.
    const keys = (command as BatchGetItemCommand).input.RequestItems!.registry?.Keys ?? [];
    const read = keys.flatMap((key) => found(key as Record<string, { S?: string }>) ?? []);
    return { Responses: { registry: read.map(({ item }) => image(item)) } };
  };
}
