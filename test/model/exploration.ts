import { Consumer, Consumers, UnknownAnswersError } from './consumers';
import { Histories, Moment, Scenario, Step } from './history';

export interface Exploration {
  /** How many different moments were looked at. */
  readonly moments: number;
  /** The shortest history that goes wrong, or after which something is left to do whatever happens, and what is wrong in the end; none if all go well. */
  readonly history?: readonly string[];
}

interface Node {
  readonly moment: Moment;
  readonly from?: { readonly node: Node; readonly step: Step };
  /** From where else it is reached in one step. */
  readonly before: Node[];
}

/** Looks at every moment of every history of a scenario, the nearest first. */
export async function explore(scenario: Scenario, consumer: Consumer, mostMoments = 200_000): Promise<Exploration> {
  const consumers = new Consumers(consumer, (record) => scenario.records[record]);
  const histories = new Histories(scenario, consumers);
  const nodes = new Map<string, Node>();
  const beginning: Node = { moment: histories.beginning, before: [] };
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
      const child: Node = { moment, from: { node, step }, before: [node] };
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
function firstEndless(nodes: readonly Node[], histories: Histories): Node | undefined {
  const ending = new Set(nodes.filter(({ moment }) => histories.stepsFrom(moment).length === 0));
  // Nodes that are added meanwhile are visited too.
  for (const { before } of ending) for (const node of before) ending.add(node);
  return nodes.find((node) => !ending.has(node));
}

/** Mostly the consumers were run with such answers before, and nothing has to be waited for. */
function after(histories: Histories, moment: Moment, step: Step): Moment | UnknownAnswersError {
  try {
    return histories.after(moment, step);
  } catch (error) {
    if (error instanceof UnknownAnswersError) return error;
    throw error;
  }
}

function tell(histories: Histories, last: Node): string[] {
  const words: string[] = [];
  for (let { from } = last; from; { from } = from.node) words.unshift(histories.tell(from.node.moment, from.step));
  return words;
}
