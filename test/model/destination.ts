import type { Appliers, Delivery, Note, Outcome, Request, Value } from './appliers';
import type { Consumers } from './consumers';
import type { Histories } from './exploration';
import type { RetryMessage } from '../../src/replicator/handler/queues';
import type { IdentitiesConfig } from '../../src/replicator/identities-config';

export interface Scenario {
  /** What the records of one entity say, in the order in which they arrive in the destination's replica. The first was applied as a whole and noted before all of this. */
  readonly records: readonly Value[];
  readonly consumers: number;
  /** How many consumers die. Their deliveries come back, and their calls may have an effect until they would have ended. */
  readonly crashes: number;
  /** How often somebody sends the key: a drift check, or a redrive. */
  readonly keys: number;
  /** How many records a batch of the stream may have. */
  readonly mostImages: number;
  /** A look may miss what was done less than a tick ago. */
  readonly lags: boolean;
  /** A policy that has no record until some time. */
  readonly missing?: boolean;
  /** What the registry has, if the first record still waits: whoever sends the key has it applied. */
  readonly initially?: Value;
  /** What is deployed one after the other: how an entity is meant to be with it, and what somebody has changed by hand before. */
  readonly deployments?: readonly Deployment[];
}

export interface Deployment {
  readonly settings: IdentitiesConfig;
  /** Parts that are not replicated. */
  readonly without?: readonly string[];
  readonly byHand?: Value;
}

interface Waiting { readonly message: RetryMessage; readonly due: number }

interface Call { readonly part: string; readonly value: string; readonly unless?: string; readonly deadline: number; readonly by: string; readonly record: number; readonly settings: number }

/** A consumer that waits for an answer. */
interface Busy {
  readonly name: string;
  readonly delivery: Delivery;
  readonly startedAt: number;
  /** The answers it got, with the time of each since it started. */
  readonly log: readonly { readonly answer: unknown; readonly at: number }[];
  readonly memory: readonly unknown[];
  readonly request?: Request;
  readonly call?: Call;
  /** The record that it applies. */
  readonly record: number;
  /** Before, its death would change nothing. */
  readonly hasWritten: boolean;
  /** Somebody who finds everything as it should be does not enter: who has read an older record may still. */
  readonly hasEntered: boolean;
  /** It has asked for another look. */
  readonly hasSent: boolean;
}

/** Where a history is. Nothing of it changes. */
export interface Moment {
  readonly arrived: number;
  /** The first record that the stream has not delivered. */
  readonly next: number;
  readonly registry: Value;
  /** What it was when the tick began: a look that lags may find it. */
  readonly earlier: Value;
  readonly note: Note;
  readonly clock: number;
  readonly crashes: number;
  readonly isMissing: boolean;
  readonly deployed: number;
  /** The newest record that was applied as a whole. */
  readonly settled: number;
  readonly messages: readonly Waiting[];
  readonly busy: readonly Busy[];
  /** Calls whose consumers died. */
  readonly orphans: readonly Call[];
  readonly taken: number;
  /** Whether the last step activated a certificate before its policies were attached. */
  readonly isEarly: boolean;
}

export type Step =
  | { readonly is: 'arrive' | 'tick' | 'come' | 'deploy' }
  | { readonly is: 'batch'; readonly to: number }
  | { readonly is: 'deliver' | 'answer' | 'lag' | 'land' | 'crash' | 'landLate' | 'drop'; readonly at: number };

/** Longer ago than any lease. */
const PAST = -2;

/** The histories of one entity in one destination. */
export class DestinationHistories implements Histories<Moment, Step> {
  public readonly beginning: Moment;

  /** @param applied how the note of each record is kept, with each deployment */
  constructor(
    private readonly scenario: Scenario, private readonly consumers: Consumers<Delivery, Request, Outcome>, private readonly key: Appliers['key'],
    private readonly applied: readonly (readonly string[])[],
  ) {
    const { records, crashes, keys, missing = false, initially } = scenario;
    this.beginning = {
      arrived: 1,
      next: 1,
      registry: initially ?? records[0],
      earlier: initially ?? records[0],
      note: { turn: 1, until: 0, othersUntil: 0, revision: '', applied: initially ? undefined : applied[0][0] },
      clock: 0,
      crashes,
      isMissing: missing,
      deployed: 0,
      settled: initially ? -1 : 0,
      messages: Array.from({ length: keys }, () => ({ message: key, due: 0 })),
      busy: [],
      orphans: [],
      taken: 0,
      isEarly: false,
    };
  }

  public stepsFrom(moment: Moment): Step[] {
    const { clock, messages, busy, orphans, arrived, next, note } = moment;
    const { records, consumers, mostImages, lags, deployments = [] } = this.scenario;
    const steps: Step[] = [];
    if (arrived < records.length) steps.push({ is: 'arrive' });
    if (moment.isMissing) steps.push({ is: 'come' });
    // To switch identities off and on again takes longer than an invocation.
    if (moment.deployed < deployments.length - 1 && !(deployments[moment.deployed + 1].byHand && busy.length + orphans.length > 0)) steps.push({ is: 'deploy' });
    if (busy.length < consumers) {
      messages.forEach(({ due }, at) => due <= clock && steps.push({ is: 'deliver', at }));
      const isBusy = busy.some(({ delivery }) => delivery.is === 'batch');
      for (let to = next; !isBusy && to < Math.min(arrived, next + mostImages); to++) steps.push({ is: 'batch', to });
    }
    busy.forEach(({ call, request, hasWritten }, at) => {
      steps.push({ is: call ? 'land' : 'answer', at });
      if (lags && request?.op === 'looks' && textOf(moment.registry) !== textOf(moment.earlier)) steps.push({ is: 'lag', at });
      if (hasWritten && moment.crashes > 0) steps.push({ is: 'crash', at });
    });
    orphans.forEach((_, at) => steps.push({ is: 'landLate', at }, { is: 'drop', at }));
    // Time matters to leases, to messages that are not due, and to looks that lag.
    const isAwaited = Math.max(note.until, note.othersUntil) > clock || messages.some(({ due }) => due > clock);
    const calls = [...orphans, ...busy.flatMap(({ call }) => call ?? [])];
    if (isAwaited && calls.every(({ deadline }) => deadline > clock + 1)) steps.push({ is: 'tick' });
    return steps;
  }

  public after(moment: Moment, step: Step): Moment {
    return this.hurry(this.take({ ...moment, isEarly: false }, step));
  }

  public tell(moment: Moment, step: Step): string {
    const after = this.after(moment, step);
    const { records } = this.scenario;
    const isNoted = after.note.applied !== moment.note.applied && after.note.applied !== undefined && step.is === 'answer';
    const end = `${isNoted ? '; it is noted' : ''}${after.messages.length > moment.messages.length ? '; it will be looked at again' : ''}`;
    switch (step.is) {
      case 'arrive': return `${textOf(records[moment.arrived])} arrives`;
      case 'tick': return 'time passes';
      case 'come': return 'the missing policy comes';
      case 'deploy': return `other settings are deployed${after.registry === moment.registry ? '' : `, by hand: ${textOf(after.registry)}`}`;
      case 'deliver': return `${NAMES[moment.taken]} takes the key${callsOf(after, NAMES[moment.taken])}${end}`;
      case 'batch': return `${NAMES[moment.taken]} takes ${records.slice(moment.next, step.to + 1).map(textOf).join(' + ')}${callsOf(after, NAMES[moment.taken])}${end}`;
      case 'answer':
      case 'lag': {
        const { name, request } = moment.busy[step.at];
        return `${name} ${request!.op}${step.is === 'lag' ? ' and misses the last change' : ''}${callsOf(after, name)}${end}`;
      }
      case 'land': {
        const { name } = moment.busy[step.at];
        return `${name}'s call has its effect: ${textOf(after.registry)}${callsOf(after, name)}${end}`;
      }
      case 'landLate': return `${moment.orphans[step.at].by}'s call has its effect: ${textOf(after.registry)}`;
      case 'drop': return `${moment.orphans[step.at].by}'s call has no effect`;
      case 'crash': return `${moment.busy[step.at].name} dies`;
    }
  }

  public violation(moment: Moment): string | undefined {
    const { registry, deployed, arrived } = moment;
    if (moment.isEarly) return 'it is active before its policies are attached';
    const newest = arrived - 1;
    const noted = this.applied[deployed].indexOf(moment.note.applied!);
    // What the noted record says, and no newer one changes.
    const lasting = (record: number) => this.parts(deployed).filter((part) => this.recordsFrom(record, newest).every((each) => each[part] === this.scenario.records[record][part]));
    if (noted >= 0 && lasting(noted).some((part) => registry[part] !== this.scenario.records[noted][part])) {
      return `${textOf(this.scenario.records[noted])} is noted, and the registry has ${textOf(registry)}`;
    }
    if (!this.parts(deployed).some((part) => registry[part] !== this.scenario.records[newest][part])) return undefined;
    const should = textOf(this.scenario.records[newest]);
    if (moment.settled === newest) return `${should} was applied, and the registry has ${textOf(registry)}`;
    return this.stepsFrom(moment).length === 0 ? `nothing is left to do, and the registry has ${textOf(registry)} in place of ${should}` : undefined;
  }

  public keyOf(moment: Moment): string {
    const { clock, note } = moment;
    const since = (time: number) => Math.max(time - clock, PAST);
    const busy = moment.busy.map((each) => JSON.stringify([
      each.delivery,
      each.memory.map((item) => {
        if (isNote(item)) return [item.turn === note.turn, since(item.until + each.startedAt), since(item.othersUntil + each.startedAt), item.revision, item.applied];
        return isTime(item) ? [since(item.time + each.startedAt)] : item;
      }),
      each.call && [each.call.part, since(each.call.deadline)],
      each.hasSent,
      each.hasEntered,
    ])).sort();
    const messages = moment.messages.map(({ message, due }) => `${JSON.stringify(message)}@${Math.max(due - clock, 0)}`).sort();
    const orphans = moment.orphans.map(({ part, value, deadline }) => `${part} ${value}@${since(deadline)}`).sort();
    const lease = [Math.max(note.until - clock, 0), Math.max(note.othersUntil - clock, 0), note.revision, note.applied];
    const { arrived, next, crashes, isMissing, deployed } = moment;
    const registry = [textOf(moment.registry), this.scenario.lags && textOf(moment.earlier)];
    return JSON.stringify([arrived, next, registry, lease, crashes, isMissing, deployed, moment.settled, busy, messages, orphans]);
  }

  private parts(deployed: number): string[] {
    const left = this.scenario.deployments?.[deployed].without;
    return Object.keys(this.scenario.records[0]).filter((part) => !left?.includes(part));
  }

  private recordsFrom(from: number, to: number): readonly Value[] {
    return this.scenario.records.slice(from, to + 1);
  }

  private take(moment: Moment, step: Step): Moment {
    const { clock, messages, busy, orphans, registry, deployed } = moment;
    switch (step.is) {
      case 'arrive': return { ...moment, arrived: moment.arrived + 1 };
      case 'tick': return { ...moment, clock: clock + 1, earlier: registry };
      case 'come': return { ...moment, isMissing: false };
      case 'deploy': {
        const { byHand } = this.scenario.deployments![deployed + 1];
        const changed = byHand ? { ...registry, ...byHand } : registry;
        // A drift check begins with each deployment, as late as it may.
        return {
          ...moment, deployed: deployed + 1, registry: changed, earlier: changed, settled: -1, messages: [...messages, { message: this.key, due: clock }],
        };
      }
      case 'drop': return { ...moment, orphans: without(orphans, step.at) };
      case 'landLate': return this.land({ ...moment, orphans: without(orphans, step.at) }, orphans[step.at]).moment;
      case 'crash': {
        const { delivery, call } = busy[step.at];
        const back = delivery.is === 'message' ? [{ message: delivery.message, due: clock }] : [];
        return {
          ...moment, crashes: moment.crashes - 1, busy: without(busy, step.at), messages: [...messages, ...back], orphans: call ? [...orphans, call] : orphans,
        };
      }
      case 'batch': return this.begin(moment, { is: 'batch', from: moment.next, to: step.to, settings: deployed });
      case 'deliver': {
        const { message } = messages[step.at];
        return this.begin({ ...moment, messages: without(messages, step.at) }, { is: 'message', message, settings: deployed });
      }
      case 'land': {
        const { call, ...rest } = busy[step.at];
        const { moment: landed, isDone } = this.land({ ...moment, busy: without(busy, step.at) }, call!);
        return this.answer(landed, rest, isDone);
      }
      case 'lag':
      case 'answer': {
        const { request, ...each } = busy[step.at];
        return this.respond({ ...moment, busy: without(busy, step.at) }, each, request!, step.is === 'lag');
      }
    }
  }

  private respond(moment: Moment, each: Busy, request: Request, lags: boolean): Moment {
    const { note } = moment;
    const { startedAt } = each;
    switch (request.op) {
      case 'reads the record': return this.answer(moment, { ...each, record: moment.arrived - 1 }, moment.arrived - 1);
      case 'reads the record of the policy': return this.answer(moment, each, !moment.isMissing);
      case 'reads the note': return this.answer(moment, each, { ...note, until: note.until - startedAt, othersUntil: note.othersUntil - startedAt });
      case 'looks': return this.answer(moment, each, lags ? moment.earlier : moment.registry);
      case 'takes the note away': return this.answer({ ...moment, note: { ...note, applied: undefined } }, each, true);
      case 'enters': {
        if (request.turn !== note.turn) return this.answer(moment, each, false);
        const { revision } = request;
        const entered = { turn: note.turn + 1, until: request.until + startedAt, othersUntil: request.othersUntil + startedAt, revision };
        return this.answer({ ...moment, note: entered }, { ...each, hasWritten: true, hasEntered: true }, true);
      }
      case 'notes': {
        const isSo = request.since === undefined ? request.turn === undefined || request.turn === note.turn : request.since === note.applied;
        return this.answer(isSo ? { ...moment, note: { ...note, applied: request.applied } } : moment, each, isSo);
      }
      case 'sends':
      case 'calls': throw new Error('it does not wait for that');
    }
  }

  /** Does at once what nobody else can tell from doing it later. */
  private hurry(moment: Moment): Moment {
    const { busy, messages, clock, isMissing } = moment;
    const isLast = moment.arrived === this.scenario.records.length;
    const answer = busy.findIndex(({ request }) => (request?.op === 'reads the record' && isLast) || (request?.op === 'reads the record of the policy' && !isMissing));
    if (answer >= 0) return this.hurry(this.take(moment, { is: 'answer', at: answer }));
    const { deployments = [] } = this.scenario;
    const isDeployed = moment.deployed + 1 >= deployments.length;
    const streamed = moment.next < this.scenario.records.length ? 1 : 0;
    const due = !isDeployed || busy.length + messages.length + streamed > this.scenario.consumers ? -1 : messages.findIndex((each) => each.due <= clock);
    return due < 0 ? moment : this.hurry(this.take(moment, { is: 'deliver', at: due }));
  }

  private land(moment: Moment, { part, value, unless, record, settings }: Call): { readonly moment: Moment; readonly isDone: boolean } {
    const { records } = this.scenario;
    const { registry, arrived } = moment;
    if (unless !== undefined && registry[part] === unless) return { moment, isDone: false };
    // What a newer record takes away is not awaited.
    const awaited = this.parts(settings).filter((each) => records[record][each] === 'attached' && records[arrived - 1][each] === 'attached');
    const isEarly = part === 'status' && value === 'ACTIVE' && registry.status !== 'ACTIVE' && awaited.some((each) => registry[each] !== 'attached');
    return { moment: { ...moment, registry: { ...registry, [part]: value }, isEarly }, isDone: true };
  }

  private begin(moment: Moment, delivery: Delivery): Moment {
    const record = delivery.is === 'batch' ? delivery.to : -1;
    const begun: Busy = {
      name: NAMES[moment.taken % NAMES.length], delivery, startedAt: moment.clock, log: [], memory: [], record, hasWritten: false, hasEntered: false, hasSent: false,
    };
    return this.goOn({ ...moment, taken: moment.taken + 1 }, begun);
  }

  private answer(moment: Moment, busy: Busy, answer: unknown): Moment {
    return this.goOn(moment, { ...busy, log: [...busy.log, { answer, at: moment.clock - busy.startedAt }] });
  }

  /** Lets a consumer go on until it needs an answer, or is done. */
  private goOn(moment: Moment, busy: Busy): Moment {
    const { request, outcome, memory } = this.consumers.next(busy.delivery, busy.log);
    if (outcome) return this.end(moment, busy, outcome);
    if (request!.op === 'sends') {
      const { message, afterTicks } = request!;
      return this.answer({ ...moment, messages: [...moment.messages, { message, due: moment.clock + afterTicks }] }, { ...busy, hasSent: true }, true);
    }
    if (request!.op === 'calls') {
      const { record, name } = busy;
      const { part, value, unless } = request!;
      // A call is under way as soon as it is asked for: it has its effect at any time from now.
      const call = { part, value, unless, deadline: moment.clock + 1, by: name, record, settings: busy.delivery.settings };
      return { ...moment, busy: [...moment.busy, { ...busy, memory, hasWritten: true, call }] };
    }
    return { ...moment, busy: [...moment.busy, { ...busy, memory, request }] };
  }

  private end(moment: Moment, { delivery, hasSent, hasEntered }: Busy, outcome: Outcome): Moment {
    const next = delivery.is === 'batch' ? delivery.to + 1 : moment.next;
    if (outcome.is === 'waiting') return { ...moment, next, messages: [...moment.messages, { message: outcome.message, due: moment.clock + 1 }] };
    const { record, isDifference } = outcome;
    const isWhole = hasEntered && !hasSent && delivery.settings === moment.deployed && (!isDifference || moment.settled === record - 1);
    return { ...moment, next, settled: isWhole ? Math.max(moment.settled, record) : moment.settled };
  }
}

const NAMES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

function callsOf({ busy }: Moment, who: string): string {
  const call = busy.find(({ name }) => name === who)?.call;
  return call ? ` and calls ${call.part === 'status' || call.part === 'document' ? call.value : `${call.part} ${call.value}`}` : '';
}

/** `ACTIVE` of a status alone, `p attached, status ACTIVE` of more. */
function textOf(value: Value): string {
  const parts = Object.keys(value).sort();
  return parts.length === 1 ? value[parts[0]] : parts.map((part) => (part === 'status' ? value[part] : `${part} ${value[part]}`)).join(', ');
}

function isTime(item: unknown): item is { readonly time: number } {
  return typeof item === 'object' && item !== null && 'time' in item;
}

function isNote(item: unknown): item is Note {
  return typeof item === 'object' && item !== null && 'turn' in item;
}

function without<T>(list: readonly T[], at: number): T[] {
  return list.filter((_, i) => i !== at);
}
