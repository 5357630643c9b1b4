import { Consumer, Consumers, UnknownAnswersError, withPorts } from './consumers';
import { FenceHistories, Scenario } from './history';

export interface Exploration {
  /** How many different moments were looked at. */
  readonly moments: number;
  /** The shortest history that goes wrong, or after which something is left to do whatever happens, and what is wrong in the end; none if all go well. */
  readonly history?: readonly string[];
}

/** The histories of a scenario, one step at a time. */
export interface Histories<M, S> {
  readonly beginning: M;
  /** All that may happen next. */
  stepsFrom(moment: M): readonly S[];
  /**
   * The moment after a step.
   *
   * @throws UnknownAnswersError if a consumer has not been run with such answers
   */
  after(moment: M, step: S): M;
  /** A step in words. */
  tell(moment: M, step: S): string;
  /** What is wrong at a moment. */
  violation(moment: M): string | undefined;
  /** Equal for moments from which everything goes on alike. */
  keyOf(moment: M): string;
}

interface Node<M, S> {
  readonly moment: M;
  readonly from?: { readonly node: Node<M, S>; readonly step: S };
  /** From where else it is reached in one step. */
  readonly before: Node<M, S>[];
}

/** Looks at every moment of every history of a scenario, the nearest first. */
export async function explore(scenario: Scenario, consumer: Consumer): Promise<Exploration> {
  const consumers = new Consumers(withPorts(consumer, (record) => scenario.records[record]));
  return search(new FenceHistories(scenario, consumers), consumers);
}

/** Looks at every moment of every history, the nearest first. */
export async function search<M, S>(
  histories: Histories<M, S>, consumers: { learn(answers: UnknownAnswersError): Promise<void> }, mostMoments = 200_000,
): Promise<Exploration> {
  const nodes = new Map<string, Node<M, S>>();
  const beginning: Node<M, S> = { moment: histories.beginning, before: [] };
  nodes.set(histories.keyOf(beginning.moment), beginning);
  // Nodes that are added meanwhile are visited too.
  for (const node of nodes.values()) {
    for (const step of histories.stepsFrom(node.moment)) {
      let moment = after(histories, node.moment, step);
      while (moment instanceof UnknownAnswersError) {
        await consumers.learn(moment);
        moment = after(histories, node.moment, step);
      }
      const key = histories.keyOf(moment);
      const known = nodes.get(key);
      if (known) {
        known.before.push(node);
        continue;
      }
      const child: Node<M, S> = { moment, from: { node, step }, before: [node] };
      nodes.set(key, child);
      const violation = histories.violation(moment);
      if (violation !== undefined) return { moments: nodes.size, history: [...tell(histories, child), violation] };
    }
    if (nodes.size > mostMoments) throw new Error(`more than ${mostMoments} moments: choose a smaller scenario`);
  }
  const endless = firstEndless([...nodes.values()], histories);
  return { moments: nodes.size, history: endless && [...tell(histories, endless), 'it never ends'] };
}

/** The nearest node from which no history comes to an end. */
function firstEndless<M, S>(nodes: readonly Node<M, S>[], histories: Histories<M, S>): Node<M, S> | undefined {
  const ending = new Set(nodes.filter(({ moment }) => histories.stepsFrom(moment).length === 0));
  // Nodes that are added meanwhile are visited too.
  for (const { before } of ending) for (const node of before) ending.add(node);
  return nodes.find((node) => !ending.has(node));
}

/** Mostly the consumers were run with such answers before, and nothing has to be waited for. */
function after<M, S>(histories: Histories<M, S>, moment: M, step: S): M | UnknownAnswersError {
  try {
    return histories.after(moment, step);
  } catch (error) {
    if (error instanceof UnknownAnswersError) return error;
    throw error;
  }
}

function tell<M, S>(histories: Histories<M, S>, last: Node<M, S>): string[] {
  const words: string[] = [];
  for (let { from } = last; from; { from } = from.node) words.unshift(histories.tell(from.node.moment, from.step));
  return words;
}
