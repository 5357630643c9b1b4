import type { Consumer, Ports } from './consumers';
import { Fence, FenceStore, FenceTimes } from '../../src/kinds/handler/fence';
import { WaitingError } from '../../src/runtime/answers';

/** A tick is the time that a call takes at most, and a lease lasts as long: the least for which the protocol can hold. */
export const TICK: FenceTimes = { callMs: 1, marginMs: 0, leaseMs: 1 };

/** Writes a record, unless it is not the newest one. */
export type Write = (ports: Ports, record: number, checkpoint: (pass: Written) => void) => Promise<Written | undefined>;

interface Written { readonly lookAgainAt?: number }

const ROUNDS = 4;

/** The same without reading the record again: what comes next has a message of its own. */
export function trustingConsumerOf(write: Write): Consumer {
  return async (ports, image) => {
    const record = image ?? await ports.readRecord();
    const written = await write(ports, record, (pass) => ports.checkpoint([record, 'entered'], pass.lookAgainAt, ports.now()));
    if (!written) throw new WaitingError('the record has changed meanwhile');
    return { record, lookAgainAt: written.lookAgainAt };
  };
}

/** Applies records as `Reconciler` does: the image of the stream or the newest record, again while it changes. */
export function consumerOf(write: Write): Consumer {
  return async (ports, image) => {
    let record = image ?? await ports.readRecord();
    let lookAgainAt: number | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      ports.checkpoint([record, round], lookAgainAt);
      const known = record;
      const before = lookAgainAt;
      const written = await write(ports, record, (pass) => ports.checkpoint([known, round, 'entered'], before, pass.lookAgainAt, ports.now()));
      if (written?.lookAgainAt !== undefined) lookAgainAt = Math.max(lookAgainAt ?? 0, written.lookAgainAt);
      const newest = await ports.readRecord();
      if (written && newest === record) return { record, lookAgainAt };
      record = newest;
    }
    throw new WaitingError('its records keep changing');
  };
}

/** The parts of a record in the order in which they are written: what takes access away first, and activations last. */
function partsOf(ports: Ports, record: number): string[] {
  const value = ports.valueOf(record);
  const others = Object.keys(value).filter((part) => part !== 'status').sort();
  if (value.status === undefined) return others;
  return isDowngrade(ports, record) ? ['status', ...others] : [...others, 'status'];
}

function isDowngrade(ports: Ports, record: number): boolean {
  const { status } = ports.valueOf(record);
  return status !== undefined && status !== 'ACTIVE';
}

/** The protocol as the appliers use it. */
export function fencedWrite(times = TICK, order = partsOf, storeOf: (ports: Ports, record: number) => FenceStore = (ports) => ports): Write {
  return async (ports, record, checkpoint) => {
    const fence = new Fence({ store: storeOf(ports, record), now: ports.now, times });
    const isCurrent = async () => await ports.readRecord() === record;
    const pass = isDowngrade(ports, record) ? await fence.enterUrgently(isCurrent) : await fence.enter(isCurrent);
    if (!pass) return undefined;
    checkpoint(pass);
    for (const part of order(ports, record)) await pass.call(() => ports.call(record, part));
    return { lookAgainAt: pass.lookAgainAt };
  };
}

/** A store that does not count the leases of those who write the same record: as the one in the table of state. */
export function storeOfRecord(ports: Ports, record: number): FenceStore {
  let othersUntil = 0;
  return {
    read: async () => {
      const note = await ports.read(record);
      othersUntil = note.until;
      return note;
    },
    enter: (before, until) => ports.enter(before, until, record, othersUntil),
  };
}

async function callAll(ports: Ports, record: number): Promise<void> {
  for (const part of partsOf(ports, record)) await ports.call(record, part);
}

const fenceOf = (ports: Ports) => new Fence({ store: ports, now: ports.now, times: TICK });

/** Weaker protocols: what each leaves out, and what somebody might take for enough. */
export const WEAKER = {
  'nobody notes anything, and the record is read again afterwards': consumerOf(async (ports, record) => {
    await callAll(ports, record);
    return {};
  }),
  'the note is written after the call': consumerOf(async (ports, record) => {
    const before = await ports.read();
    if (await ports.readRecord() !== record) return undefined;
    await callAll(ports, record);
    const now = ports.now();
    if (!await ports.enter(before, now + TICK.leaseMs)) return undefined;
    return before.until > now ? { lookAgainAt: before.until } : {};
  }),
  'only who activates notes itself': consumerOf(async (ports, record, checkpoint) => {
    if (!isDowngrade(ports, record)) return fencedWrite()(ports, record, checkpoint);
    await callAll(ports, record);
    return {};
  }),
  'who deactivates calls first and notes itself then': consumerOf(async (ports, record, checkpoint) => {
    if (!isDowngrade(ports, record)) return fencedWrite()(ports, record, checkpoint);
    await callAll(ports, record);
    return fenceOf(ports).enter(async () => await ports.readRecord() === record);
  }),
  'the record is read before the note': consumerOf(async (ports, record) => {
    if (await ports.readRecord() !== record) return undefined;
    const pass = await fenceOf(ports).enter(() => Promise.resolve(true));
    for (const part of partsOf(ports, record)) await pass!.call(() => ports.call(record, part));
    return pass;
  }),
  'whoever meets a lease does not look again': consumerOf(async (ports, record, checkpoint) => await fencedWrite()(ports, record, checkpoint) && {}),
  'a lease that is over is not renewed before the call': consumerOf(async (ports, record) => {
    const pass = await fenceOf(ports).enter(async () => await ports.readRecord() === record);
    if (pass) await callAll(ports, record);
    return pass;
  }),
  'the status is written first': consumerOf(fencedWrite(TICK, (ports, record) => partsOf(ports, record).reverse())),
} satisfies Readonly<Record<string, Consumer>>;
