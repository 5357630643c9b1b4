/**
 * The cost of waiting keys: for a type that never arrives, and for one that arrives after an hour. The real consumers of a destination in simulated time, as in
 * `backfill`.
 */
/* eslint-disable-next-line import/order -- first, because the SDK takes hold of the timers when it is loaded */
import { runToEnd, sleep } from '../quota/simulated-clock';
import { DriftStandIn } from './drift-stand-in';
import { keyOf } from '../../test/kinds/keys';
import { SOURCE_REGION } from '../../test/simulation/definition';
import { Destination } from '../comparison/destination';
import { Meter } from '../comparison/meter';
import { Stored } from '../comparison/stored';
import { Part, progress, Row, runPart, shown } from '../part';

const THINGS = Number(process.env.WAITING_THINGS ?? 100_000);
const WITH_SDK = Math.min(THINGS, 10_000);
const HOUR_MS = 3_600_000;
/** CreateThing of an account in a second: https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
const QUOTA = 100;
const PACE_AT_MOST = 1.05;
/** Longer than a batch and a poll of the queue, and much shorter than the waits. */
const OTHERS_AT_MOST_SECONDS = 30;
const DAYS = 5;
/** The queue is polled less often than by Lambda: days are not measured to the second. */
const SLOW_POLLS = { shardMs: 5_000, queueMs: 5_000 };

const common = (eventId: string) => ({ timestamp: Date.now(), deleted: false, sourceRegion: SOURCE_REGION, eventId, version: 1 });

function thingRecord(name: string, thingTypeName: string): Stored {
  return { ...keyOf.thing(name), ...common(`e-${name}`), incarnation: `id-${name}`, state: { attributes: { firmware: '1' }, thingTypeName } } as unknown as Stored;
}

function typeRecord(name: string): Stored {
  const state = { description: '', searchableAttributes: [], propagatingAttributes: [], deprecated: false };
  return { ...keyOf.type(name), ...common(`e-${name}`), incarnation: `id-${name}`, state } as unknown as Stored;
}

async function measure(): Promise<Part> {
  return { rows: [...await never(), ...await woken(THINGS, false), ...await woken(WITH_SDK, true)], figures: undefined };
}

/** Things of an unreplicated type, a daily drift check that finds them missing, and occasionally an unrelated key. */
async function never(): Promise<Row[]> {
  progress(`waiting: ${shown(THINGS)} things of a type that never comes, ${DAYS} days`);
  const destination = new Destination(false, new Meter(), undefined, SLOW_POLLS);
  const { registry } = destination;
  registry.types.set('other', {});
  const delays: number[] = [];
  const work = async () => {
    const began = Date.now();
    for (let i = 0; i < THINGS; i++) destination.replicate(thingRecord(`t${i}`, 'never'), undefined);
    while (destination.isBusy) await sleep(60_000);
    const arrivedAt = Date.now();
    const arrival = { calls: registry.calls, minutes: (arrivedAt - began) / 60_000 };
    let rest: { readonly calls: number; readonly messages: number } | undefined;
    const drift = new DriftStandIn(destination);
    const keys = Array.from({ length: THINGS }, (_, i) => keyOf.thing(`t${i}`));
    let repaired = 0;
    for (let hour = 1; hour <= DAYS * 24; hour++) {
      await sleep(HOUR_MS);
      // Within three days: all of them wait, and nothing else happens.
      if (hour === 70) rest = { calls: registry.calls - arrival.calls, messages: destination.waiting };
      if (hour % 24 === 0) repaired += await drift.check(keys);
      if (hour % 6 === 0) delays.push(await probe(destination, `probe-${hour}`));
    }
    return { arrival, rest: rest!, repaired };
  };
  const { arrival, rest, repaired } = await running(destination, work);
  const letters = Math.max(...destination.letters.values());
  const callsAMinute = rest.calls / (70 * 60);
  const slowest = Math.max(...delays);
  return [
    {
      what: `registry calls a minute of ${shown(THINGS)} things that wait for one type, three days`,
      mustReach: '<= 1 together',
      measured: `${shown(callsAMinute, 2)}; ${shown(rest.messages)} messages on the queue; ${shown(arrival.calls / THINGS)} calls a thing when they came`,
      ok: callsAMinute <= 1,
    },
    {
      what: '  dead letters of each, and repairs that drift checks sent, one a day',
      mustReach: '<= 1, 0',
      measured: `${letters} of ${shown(destination.letters.size)} keys in ${DAYS} days, ${repaired}`,
      ok: letters <= 1 && destination.letters.size === THINGS && repaired === 0,
    },
    {
      what: '  another key on the retry queue meanwhile, every six hours',
      mustReach: `applied in <= ${OTHERS_AT_MOST_SECONDS} s`,
      measured: `${shown(slowest, 0)} s at most, with a queue that is asked every ${SLOW_POLLS.queueMs / 1000} s`,
      ok: slowest <= OTHERS_AT_MOST_SECONDS,
    },
  ];
}

/** Seconds until a key that is sent now is applied. */
async function probe(destination: Destination, name: string): Promise<number> {
  destination.store(thingRecord(name, 'other'));
  const from = Date.now();
  destination.enqueue([keyOf.thing(name)]);
  while (!destination.registry.things.has(name)) await sleep(500);
  return (Date.now() - from) / 1000;
}

/** The type arrives when all of them are parked. */
async function woken(things: number, withSdk: boolean): Promise<Row[]> {
  progress(`waiting: a type comes that ${shown(things)} things wait for${withSdk ? ', with the SDK' : ''}`);
  const destination = new Destination(withSdk, new Meter());
  const { registry } = destination;
  const work = async () => {
    for (let i = 0; i < things; i++) destination.replicate(thingRecord(`t${i}`, 'late'), undefined);
    while (destination.isBusy) await sleep(10_000);
    await sleep(5 * 60_000);
    destination.replicate(typeRecord('late'), undefined);
    while (!registry.types.has('late')) await sleep(10);
    const from = Date.now();
    while (registry.things.size < things) await sleep(500);
    return (registry.lastWriteAt - from) / 1000;
  };
  const seconds = await running(destination, work);
  const bound = (things - QUOTA) / QUOTA;
  return [{
    what: `a type comes that ${shown(things)} things wait for${withSdk ? ', through the real SDK' : ''}`,
    mustReach: `<= ${PACE_AT_MOST} of the time that CreateThing takes at its quota`,
    measured: `${shown(seconds, 0)} s, bound ${shown(bound, 0)} s: ${shown(seconds / bound, 3)}; ${shown(registry.quotas.throttled)} calls throttled, ${destination.deadLetters} dead letters`,
    ok: seconds / bound <= PACE_AT_MOST && destination.deadLetters === 0,
  }];
}

async function running<T>(destination: Destination, work: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  const done = work().then((value) => { result = value; }).finally(() => destination.stop());
  await runToEnd(Promise.all([done, destination.run()]));
  return result!;
}

runPart(measure);
