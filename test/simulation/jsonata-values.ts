import { createHash } from 'node:crypto';
import type { Expression } from 'jsonata';
import jsonata from './jsonata';

/** What a state can refer to. */
export interface StatesVariable {
  readonly input: unknown;
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly context: { readonly Execution: { readonly Input: unknown; readonly StartTime?: string } };
}

interface Template { readonly id: number; readonly hasExpression: boolean; readonly usesContext: boolean; readonly usesStartTime: boolean }

/** A JSONata expression failed, or yielded nothing where a value is needed. */
export class QueryEvaluationError extends Error {
  public readonly name = 'States.QueryEvaluationError';
}

const EXPRESSION = /^\{%([^]*)%\}$/;
const MAX_MEMORIES = 20_000;

/**
 * Evaluates the JSONata in a state's fields.
 *
 * An expression is a pure function of `$states` unless it asks for the time, so what it yielded once need not be evaluated again.
 */
export class JsonataValues {
  private static readonly compiled = new Map<string, Expression>();
  private static readonly memories = new Map<string, unknown>();
  private static readonly templates = new Map<unknown, Template>();

  constructor(private readonly now: () => number) {}

  /** A field with all of its expressions replaced by their values. */
  public async evaluate(template: unknown, states: StatesVariable): Promise<unknown> {
    const { memories, templates } = JsonataValues;
    let known = templates.get(template);
    if (!known) templates.set(template, known = { id: templates.size, hasExpression: hasExpression(template), usesContext: uses(template, 'Execution.Input'), usesStartTime: uses(template, 'Execution.StartTime') });
    if (!known.hasExpression) return template;
    const { Input, StartTime } = states.context.Execution;
    const context = [known.usesContext ? Input : null, known.usesStartTime ? StartTime : null];
    const question = JSON.stringify([known.id, states.input, states.result, states.errorOutput, context]);
    const ofThisSecond = `${question} at ${this.second()}`;
    for (const each of [question, ofThisSecond]) if (memories.has(each)) return memories.get(each);
    const moment = { asked: false };
    const value = await this.fill(template, states, moment);
    if (memories.size > MAX_MEMORIES) memories.clear();
    memories.set(moment.asked ? ofThisSecond : question, value);
    return value;
  }

  /** The time in whole seconds, so that what depends on it can be remembered too. */
  private second(): number {
    return Math.floor(this.now() / 1000) * 1000;
  }

  private async fill(template: unknown, states: StatesVariable, moment: { asked: boolean }): Promise<unknown> {
    if (typeof template === 'string') {
      const expression = EXPRESSION.exec(template);
      return expression ? this.expression(expression[1], states, moment) : template;
    }
    if (Array.isArray(template)) return Promise.all(template.map(async (each) => this.fill(each, states, moment)));
    if (typeof template !== 'object' || template === null) return template;
    const filled: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(template)) filled[key] = await this.fill(each, states, moment);
    return filled;
  }

  private async expression(text: string, states: StatesVariable, moment: { asked: boolean }): Promise<unknown> {
    const { compiled } = JsonataValues;
    let expression = compiled.get(text);
    if (!expression) compiled.set(text, expression = jsonata(text));
    const time = () => {
      moment.asked = true;
      return this.second();
    };
    let value: unknown;
    try {
      value = await expression.evaluate(undefined, { states, millis: time, now: () => new Date(time()).toISOString(), hash });
    } catch (error) {
      throw new QueryEvaluationError(`${(error as Error).message} in ${text.slice(0, 200)}`);
    }
    if (value === undefined) throw new QueryEvaluationError(`nothing came of ${text.slice(0, 200)}`);
    // States hand JSON on; without this, sequences of JSONata would travel on.
    return JSON.parse(JSON.stringify(value)) as unknown;
  }
}

/** One of the functions that Step Functions adds to JSONata. */
export function hash(text: string, algorithm: string): string {
  return createHash(algorithm.replace('-', '').toLowerCase()).update(text).digest('hex');
}

function hasExpression(template: unknown): boolean {
  if (typeof template === 'string') return EXPRESSION.test(template);
  return typeof template === 'object' && template !== null && Object.values(template).some(hasExpression);
}

function uses(template: unknown, field: string): boolean {
  return JSON.stringify(template).includes(`context.${field}`);
}
