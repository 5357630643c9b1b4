import { Source, type History, type Rules, type Step } from './history';
import { IdentityDraw, takesRevocationBack, type IdentityCast } from './identity-operations';
import type { Random } from './random';

/** What a generated history is about. */
export interface Cast {
  readonly things: number;
  readonly groups: number;
  readonly types: number;
  /** Whether groups have parents. */
  readonly trees: boolean;
  readonly dynamicGroups: boolean;
  /** The probability that an operation falls into the millisecond of the one before. */
  readonly ties: number;
  /** How the pauses between operations are spread: mostly milliseconds, or minutes too. */
  readonly slow: number;
  /** Certificates, policies and what they are attached to. @default none: histories are those that there were without them */
  readonly identities?: IdentityCast;
}

/** As long as it takes a source's type to become deletable, and a bit. */
const FIVE_MINUTES = 5 * 60_000 + 1;
const MAX_TRIES = 60;

export function drawCast(random: Random, dynamicGroups: boolean): Cast {
  return {
    things: 1 + random.below(4),
    groups: 1 + random.below(5),
    types: random.below(3),
    trees: true,
    dynamicGroups,
    ties: random.pick([0, 0.1, 0.3]),
    slow: random.pick([0.05, 0.2, 0.5]),
  };
}

/** Operations that the source carries out, each of which changes something. */
export function generateHistory(random: Random, length: number, cast: Cast, rules: Rules): History {
  const source = new Source(rules);
  const draw = new Draw(random, cast);
  const history: Step[] = [];
  for (let tries = 0; history.length < length && tries < length * MAX_TRIES; tries++) {
    const previous = history[history.length - 1];
    const step = draw.step();
    if (takesRevocationBack(source, step)) continue;
    const tied = canTie(history, previous, step) && random.chance(cast.ties);
    const timed = { ...step, after: tied ? 0 : draw.pause(step) };
    if (source.run(timed)) history.push(timed);
  }
  return history;
}

/** Two operations in one millisecond, never three; and not two that nothing in their events could put in order. */
function canTie(history: History, previous: Step | undefined, step: Omit<Step, 'after'>): boolean {
  if (!previous || (history.length > 1 && previous.after === 0)) return false;
  const subject = (each: Omit<Step, 'after'>) => subjectOf(each);
  return subject(previous) === undefined || subject(previous) !== subject(step);
}

/** What an operation toggles without a version: a membership, or a property of a type. */
function subjectOf({ call, input }: Omit<Step, 'after'>): string | undefined {
  if (call === 'AddThingToThingGroup' || call === 'RemoveThingFromThingGroup' || call === 'Match') return `${input.thingName} in ${input.thingGroupName}`;
  if (call === 'DeprecateThingType' || call === 'UpdateThingType') return `${input.thingTypeName}`;
  return undefined;
}

/** Draws operations, most of which make sense. */
class Draw {
  constructor(private readonly random: Random, private readonly cast: Cast) {}

  public pause(step: Omit<Step, 'after'>): number {
    const { random, cast } = this;
    if (step.call === 'DeleteThingType' || step.call === 'DeletePolicy') return FIVE_MINUTES;
    if (!random.chance(cast.slow)) return 1 + random.below(20);
    return random.pick([200, 1_500, 4_000, 20_000, 400_000]) + random.below(1_000);
  }

  public step(): Omit<Step, 'after'> {
    const { random, cast } = this;
    const kinds: (() => Omit<Step, 'after'>)[] = [
      () => this.createThing(), () => this.createThing(), () => this.updateThing(), () => this.updateThing(),
      () => ({ call: 'DeleteThing', input: { thingName: this.thing() } }),
      () => this.createGroup(), () => this.createGroup(), () => this.updateGroup(),
      () => ({ call: 'DeleteThingGroup', input: { thingGroupName: this.group() } }),
      () => this.membership('AddThingToThingGroup'), () => this.membership('AddThingToThingGroup'), () => this.membership('AddThingToThingGroup'),
      () => this.membership('RemoveThingFromThingGroup'),
    ];
    if (cast.types > 0) {
      kinds.push(
        () => this.createType(), () => this.updateType(), () => this.deprecate(false), () => this.deprecate(true),
        () => ({ call: 'DeleteThingType', input: { thingTypeName: this.type() } }),
      );
    }
    if (cast.dynamicGroups) {
      kinds.push(
        () => ({ call: 'CreateDynamicThingGroup', input: { thingGroupName: this.group(), queryString: 'attributes.a:1' } }),
        () => ({ call: 'DeleteDynamicThingGroup', input: { thingGroupName: this.group() } }),
        () => ({ call: 'Match', input: { thingName: this.thing(), thingGroupName: this.group(), matches: random.chance(0.7) } }),
      );
    }
    if (cast.identities) kinds.push(...new IdentityDraw(random, cast.identities, { thing: () => this.thing(), group: () => this.group() }).kinds());
    return random.pick(kinds)();
  }

  private thing(): string { return `t${this.random.below(this.cast.things)}`; }
  private group(): string { return `g${this.random.below(this.cast.groups)}`; }
  private type(): string { return `x${this.random.below(this.cast.types)}`; }

  private createThing(): Omit<Step, 'after'> {
    return { call: 'CreateThing', input: { thingName: this.thing(), ...this.typeName(0.6), attributePayload: { attributes: this.attributes(3) } } };
  }

  private updateThing(): Omit<Step, 'after'> {
    const { random } = this;
    const attributePayload = random.chance(0.7) ? { attributePayload: this.overwriting() } : {};
    const type = random.chance(0.2) ? { removeThingType: true } : this.typeName(0.4);
    return { call: 'UpdateThing', input: { thingName: this.thing(), ...type, ...attributePayload } };
  }

  private createGroup(): Omit<Step, 'after'> {
    const { random } = this;
    const parent = this.cast.trees && random.chance(0.5) ? { parentGroupName: this.group() } : {};
    return { call: 'CreateThingGroup', input: { thingGroupName: this.group(), ...parent, thingGroupProperties: { ...this.description(0.4), attributePayload: { attributes: this.attributes(2) } } } };
  }

  private updateGroup(): Omit<Step, 'after'> {
    const attributePayload = this.random.chance(0.7) ? { attributePayload: this.overwriting() } : {};
    return { call: 'UpdateThingGroup', input: { thingGroupName: this.group(), thingGroupProperties: { ...this.description(0.6, true), ...attributePayload } } };
  }

  private membership(call: 'AddThingToThingGroup' | 'RemoveThingFromThingGroup'): Omit<Step, 'after'> {
    return { call, input: { thingName: this.thing(), thingGroupName: this.group() } };
  }

  private createType(): Omit<Step, 'after'> {
    const { random } = this;
    const thingTypeProperties = {
      ...(random.chance(0.4) ? { thingTypeDescription: random.pick(['one', 'two']) } : {}),
      searchableAttributes: random.pick([[], [], ['a'], ['b', 'a']]),
      ...(random.chance(0.4) ? { mqtt5Configuration: this.propagating() } : {}),
    };
    return { call: 'CreateThingType', input: { thingTypeName: this.type(), thingTypeProperties } };
  }

  private updateType(): Omit<Step, 'after'> {
    return { call: 'UpdateThingType', input: { thingTypeName: this.type(), thingTypeProperties: { mqtt5Configuration: this.propagating() } } };
  }

  private deprecate(undoDeprecate: boolean): Omit<Step, 'after'> {
    return { call: 'DeprecateThingType', input: { thingTypeName: this.type(), undoDeprecate } };
  }

  private propagating() {
    const { random } = this;
    return {
      propagatingAttributes: random.pick([
        [], [{ userPropertyKey: 'k', thingAttribute: 'a' }],
        [{ userPropertyKey: 'l', connectionAttribute: 'iot:ClientId' }, { userPropertyKey: 'k', thingAttribute: 'b' }],
      ]),
    };
  }

  private typeName(probability: number) {
    return this.cast.types > 0 && this.random.chance(probability) ? { thingTypeName: this.type() } : {};
  }

  private description(probability: number, clears = false) {
    const { random } = this;
    return random.chance(probability) ? { thingGroupDescription: random.pick(clears ? ['', 'one', 'two'] : ['one', 'two']) } : {};
  }

  private attributes(upTo: number): Record<string, string> {
    const { random } = this;
    const attributes: Record<string, string> = {};
    for (const name of ['a', 'b', 'c'].slice(0, upTo)) if (random.chance(0.5)) attributes[name] = random.pick(['1', '2']);
    return attributes;
  }

  /** Replaces, merges or clears. */
  private overwriting() {
    const { random } = this;
    if (random.chance(0.3)) return { merge: random.chance(0.5), attributes: { a: '', b: '', c: '' } };
    if (random.chance(0.2)) return { merge: true, attributes: { a: '', b: random.pick(['1', '2']) } };
    return { merge: false, attributes: this.attributes(3) };
  }
}
