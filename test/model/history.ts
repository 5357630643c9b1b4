import type { Consumers, Outcome, Request } from './consumers';
import type { Histories } from './exploration';
import type { FenceNote } from '../../src/kinds/handler/fence';

/** What a record says, and what the registry of a destination has, in parts that take a call each: a status, a document, whether a policy is attached. */
export type Value = Readonly<Record<string, string>>;

export interface Scenario {
  /** What the records of one key say, in the order in which they arrive in the destination's replica. */
  readonly records: readonly Value[];
  readonly consumers: number;
  /** How many consumers die. Their messages come back, and their calls may have an effect until they would have ended. */
  readonly crashes: number;
  /** How many messages are delivered once more although they are done. */
  readonly duplicates: number;
  /** In how many ticks a call has its effect. */
  readonly callTicks: number;
  /** What the registry has before. */
  readonly initially: Value;
  /** The registry does not leave the status REVOKED, which AWS does not say of its API. */
  readonly keepsRevoked?: boolean;
}

interface Message { readonly image?: number; readonly due: number }

interface Call { readonly record: number; readonly part: string; readonly deadline: number; readonly by: string }

/** A consumer that waits for an answer. */
interface Busy {
  readonly name: string;
  readonly message: Message;
  readonly startedAt: number;
  /** The answers it got, with the time of each since it started. */
  readonly log: readonly { readonly answer: unknown; readonly at: number }[];
  /** What of them it still knows. */
  readonly memory: readonly unknown[];
  readonly request?: Request;
  readonly call?: Call;
  /** Before, its death would change nothing. */
  readonly hasEntered: boolean;
}

/** The note as it is kept: with the record that was entered with last, and until when writers of other records may write. */
interface Note extends FenceNote {
  readonly record?: number;
  readonly othersUntil: number;
}

/** Where a history is: the replica, the queue, the table of state, the registry, the clock and the consumers. Nothing of it changes. */
export interface Moment {
  readonly arrived: number;
  readonly registry: Value;
  readonly note: Note;
  readonly clock: number;
  readonly crashes: number;
  readonly duplicates: number;
  /** The newest record of which a consumer has said that it is applied. */
  readonly settled: number;
  readonly messages: readonly Message[];
  readonly busy: readonly Busy[];
  /** Calls whose consumers died. */
  readonly orphans: readonly Call[];
  readonly taken: number;
  /** Whether the last step activated a certificate before its policies were attached. */
  readonly isEarly?: boolean;
}

export type Step =
  | { readonly is: 'arrive' | 'tick' }
  | { readonly is: 'deliver' | 'repeat' | 'answer' | 'land' | 'crash' | 'landLate' | 'drop'; readonly at: number };

/** Longer ago than any lease. */
const PAST = -4;

export class FenceHistories implements Histories<Moment, Step> {
  public readonly beginning: Moment;

  constructor(private readonly scenario: Scenario, private readonly consumers: Consumers<number | undefined, Request, Outcome>) {
    this.beginning = {
      arrived: 0,
      registry: scenario.initially,
      note: { turn: 0, until: 0, othersUntil: 0 },
      clock: 0,
      crashes: scenario.crashes,
      duplicates: scenario.duplicates,
      settled: -1,
      messages: [],
      busy: [],
      orphans: [],
      taken: 0,
    };
  }

  public stepsFrom(moment: Moment): Step[] {
    const { clock, messages, busy, orphans } = moment;
    const steps: Step[] = [];
    if (moment.arrived < this.scenario.records.length) steps.push({ is: 'arrive' });
    messages.forEach(({ due }, at) => {
      if (busy.length === this.scenario.consumers || due > clock) return;
      steps.push({ is: 'deliver', at });
      if (moment.duplicates > 0) steps.push({ is: 'repeat', at });
    });
    busy.forEach(({ call, hasEntered }, at) => {
      steps.push({ is: call ? 'land' : 'answer', at });
      if (hasEntered && moment.crashes > 0) steps.push({ is: 'crash', at });
    });
    orphans.forEach((_, at) => steps.push({ is: 'landLate', at }, { is: 'drop', at }));
    // Time matters to leases, and to messages that are not due.
    const isAwaited = Math.max(moment.note.until, moment.note.othersUntil) > clock || messages.some(({ due }) => due > clock);
    const deadlines = [...orphans, ...busy.flatMap(({ call }) => call ?? [])].map(({ deadline }) => deadline);
    if (isAwaited && deadlines.every((each) => each > clock + 1)) steps.push({ is: 'tick' });
    return steps;
  }

  public after(moment: Moment, step: Step): Moment {
    return this.hurry(this.take(moment, step));
  }

  public tell(moment: Moment, step: Step): string {
    const after = this.after(moment, step);
    const { records } = this.scenario;
    const who = 'at' in step ? moment.busy[step.at]?.name : undefined;
    const name = ({ by }: Call) => `${by}'s call`;
    const end = after.settled > moment.settled ? '; it is applied' : after.messages.length > moment.messages.length ? '; it will be looked at again' : '';
    switch (step.is) {
      case 'arrive': return `${textOf(records[moment.arrived])} arrives`;
      case 'tick': return 'time passes';
      case 'deliver':
      case 'repeat': {
        const { image } = moment.messages[step.at];
        return `${'ABCDEFGH'[moment.taken]} takes ${image === undefined ? 'the key' : textOf(records[image])}${step.is === 'repeat' ? ', which will come again' : ''}${end}`;
      }
      case 'answer': {
        const calls = after.busy.find((each) => each.name === who && each.call);
        return `${who} ${moment.busy[step.at].request!.op}${calls ? ` and calls ${textOf({ [calls.call!.part]: records[calls.call!.record][calls.call!.part] })}` : ''}${end}`;
      }
      case 'land': return `${name(moment.busy[step.at].call!)} has its effect: ${textOf(after.registry)}${end}`;
      case 'landLate': return `${name(moment.orphans[step.at])} has its effect: ${textOf(after.registry)}`;
      case 'drop': return `${name(moment.orphans[step.at])} has no effect`;
      case 'crash': return `${who} dies`;
    }
  }

  public violation(moment: Moment): string | undefined {
    if (moment.isEarly) return 'it is active before its policies are attached';
    const newest = moment.arrived - 1;
    const [should, is] = [textOf(this.scenario.records[newest] ?? {}), textOf(moment.registry)];
    if (newest < 0 || is === should) return undefined;
    if (moment.settled === newest) return `${should} was applied, and the registry has ${is}`;
    return this.stepsFrom(moment).length === 0 ? `nothing is left to do, and the registry has ${is} in place of ${should}` : undefined;
  }

  /** Equal for moments from which everything goes on alike: turns and times count from now, and what is over is over. */
  public keyOf(moment: Moment): string {
    const { clock, note } = moment;
    const since = (time: number | undefined) => (time === undefined ? undefined : Math.max(time - clock, PAST));
    const busy = moment.busy.map((each) => [
      each.message.image,
      each.memory.map((item) => (isTime(item) ? [since(item.time + each.startedAt)] : isNote(item) ? [item.turn === note.turn, since(item.until + each.startedAt)] : item)),
      each.request?.op,
      each.call?.part,
      since(each.call?.deadline),
    ]).map((each) => JSON.stringify(each)).sort();
    const messages = moment.messages.map(({ image, due }) => `${image}@${Math.max(due - clock, 0)}`).sort();
    const orphans = moment.orphans.map(({ record, part, deadline }) => `${record} ${part}@${since(deadline)}`).sort();
    const isSettled = moment.settled === moment.arrived - 1;
    const leases = [Math.max(note.until - clock, 0), note.record, Math.max(note.othersUntil - clock, 0)];
    return JSON.stringify([moment.arrived, textOf(moment.registry), leases, moment.crashes, moment.duplicates, isSettled, busy, messages, orphans]);
  }

  private take(moment: Moment, step: Step): Moment {
    const { clock, messages, busy, orphans } = moment;
    switch (step.is) {
      case 'arrive': return { ...moment, arrived: moment.arrived + 1, messages: [...messages, { image: moment.arrived, due: clock }] };
      case 'tick': return { ...moment, clock: clock + 1 };
      case 'drop': return { ...moment, orphans: without(orphans, step.at) };
      case 'landLate': return this.land({ ...moment, orphans: without(orphans, step.at) }, orphans[step.at]);
      case 'crash': {
        const { message, call } = busy[step.at];
        return {
          ...moment,
          crashes: moment.crashes - 1,
          busy: without(busy, step.at),
          messages: [...messages, { ...message, image: undefined, due: clock }],
          orphans: call ? [...orphans, call] : orphans,
        };
      }
      case 'deliver':
      case 'repeat': {
        const message = messages[step.at];
        const again = step.is === 'repeat' ? [{ due: clock }] : [];
        const begun: Busy = { name: 'ABCDEFGH'[moment.taken], message, startedAt: clock, log: [], memory: [], hasEntered: false };
        const left = { ...moment, messages: [...without(messages, step.at), ...again], duplicates: moment.duplicates - again.length, taken: moment.taken + 1 };
        return this.goOn(left, begun);
      }
      case 'land': {
        const { call, ...rest } = busy[step.at];
        return this.answer({ ...this.land(moment, call!), busy: without(busy, step.at) }, rest, true);
      }
      case 'answer': {
        const { request, ...each } = busy[step.at];
        const others = { ...moment, busy: without(busy, step.at) };
        const { op, before, until } = request!;
        if (op === 'reads the record') return this.answer(others, each, moment.arrived - 1);
        const { note } = moment;
        if (op === 'reads the note') {
          const isOwn = request!.record !== undefined && note.record === request!.record;
          const met = isOwn ? note.othersUntil : Math.max(note.until, note.othersUntil);
          return this.answer(others, each, { turn: note.turn, until: met - each.startedAt });
        }
        if (before!.turn !== note.turn) return this.answer(others, each, false);
        const entered: Note = {
          turn: note.turn + 1, until: until! + each.startedAt, record: request!.record, othersUntil: (request!.othersUntil ?? -each.startedAt) + each.startedAt,
        };
        return this.answer({ ...others, note: entered }, { ...each, hasEntered: true }, true);
      }
    }
  }

  /** Does at once what nobody else can tell from doing it later: reads once no record follows, and begins to handle messages if there are consumers for all. */
  private hurry(moment: Moment): Moment {
    const { busy, messages, clock } = moment;
    const answer = moment.arrived < this.scenario.records.length ? -1 : busy.findIndex(({ request }) => request?.op === 'reads the record');
    if (answer >= 0) return this.hurry(this.take(moment, { is: 'answer', at: answer }));
    const due = moment.duplicates > 0 || busy.length + messages.length > this.scenario.consumers ? -1 : messages.findIndex((each) => each.due <= clock);
    return due < 0 ? moment : this.hurry(this.take(moment, { is: 'deliver', at: due }));
  }

  private land(moment: Moment, { record, part }: Call): Moment {
    const { records, keepsRevoked } = this.scenario;
    const { registry, arrived } = moment;
    const value = records[record][part];
    if (keepsRevoked && part === 'status' && registry.status === 'REVOKED') return moment;
    // What a newer record takes away is not awaited.
    const awaited = Object.keys(registry).filter((each) => each !== 'status' && records[record][each] === 'attached' && records[arrived - 1][each] === 'attached');
    const isEarly = value === 'ACTIVE' && registry.status !== 'ACTIVE' && awaited.some((each) => registry[each] !== 'attached');
    return { ...moment, registry: { ...registry, [part]: value }, isEarly: isEarly || undefined };
  }

  private answer(moment: Moment, busy: Busy, answer: unknown): Moment {
    return this.goOn(moment, { ...busy, log: [...busy.log, { answer, at: moment.clock - busy.startedAt }] });
  }

  /** Lets a consumer go on until it needs an answer, or is done. */
  private goOn(moment: Moment, busy: Busy): Moment {
    const { request, outcome, memory } = this.consumers.next(busy.message.image, busy.log);
    if (!request) return this.end(moment, busy, outcome!);
    const { op, record, part } = request;
    // A call is under way as soon as it is asked for: it has its effect at any time from now.
    const waiting = op === 'calls' ? { call: { record: record!, part: part!, deadline: moment.clock + this.scenario.callTicks, by: busy.name } } : { request };
    return { ...moment, busy: [...moment.busy, { ...busy, memory, hasEntered: busy.hasEntered || op === 'calls', ...waiting }] };
  }

  private end(moment: Moment, { startedAt }: Busy, { record, lookAgainAt, isWaiting }: Outcome): Moment {
    if (isWaiting) return { ...moment, messages: [...moment.messages, { due: moment.clock + 1 }] };
    if (lookAgainAt === undefined) return { ...moment, settled: Math.max(moment.settled, record!) };
    return { ...moment, messages: [...moment.messages, { due: lookAgainAt + startedAt }] };
  }
}

/** `ACTIVE` of a status alone, `p attached, status ACTIVE` of more. */
function textOf(value: Value): string {
  const parts = Object.keys(value).sort();
  return parts.length === 1 ? value[parts[0]] : parts.map((part) => `${part} ${value[part]}`).join(', ');
}

function isTime(item: unknown): item is { readonly time: number } {
  return typeof item === 'object' && item !== null && 'time' in item;
}

function isNote(item: unknown): item is FenceNote {
  return typeof item === 'object' && item !== null && 'turn' in item;
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at);
}
