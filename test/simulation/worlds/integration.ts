import type { InMemoryRegistry, Operation } from '../registry';

/**
 * What the integration of Step Functions with an SDK makes of a call: its names begin with capitals, and errors have the service's name.
 *
 * @throws Error named as the error of the integration
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function callOfStepFunctions(registry: InMemoryRegistry, action: string, input: object): object {
  try {
    return renamed(registry.execute(begin(action, 'toUpperCase') as Operation, renamed(input, 'toLowerCase') as never), 'toUpperCase') as object;
  } catch (error) {
    const { name, message } = error as Error;
    throw Object.assign(new Error(message), { name: `Iot.${name}` });
  }
}

type Case = 'toUpperCase' | 'toLowerCase';

function renamed(value: unknown, as: Case): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, as));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [begin(name, as), renamed(each, as)]));
}

function begin(name: string, as: Case): string {
  return name.charAt(0)[as]() + name.slice(1);
}
