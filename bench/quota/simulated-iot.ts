import { Readable } from 'node:stream';
import { sleep } from './simulated-clock';

export const LATENCY_MS = 50;

/** AWS's default calls per second and account: https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export const QUOTAS = { CreateThing: 100, UpdateThing: 100, AddThingToThingGroup: 100 };
export type Operation = keyof typeof QUOTAS;

interface Request { readonly method: string; readonly path: string; readonly body?: string | Uint8Array }

/**
 * AWS IoT as an HTTP handler of the SDK: a latency, a token bucket with one second's worth for each API, and the existing things.
 * An invalid call counts towards the quota like any other.
 */
export class SimulatedIot {
  /** Names of the things by the operation that succeeded on them. */
  public readonly done: Readonly<Record<Operation, Set<string>>> = {
    CreateThing: new Set(), UpdateThing: new Set(), AddThingToThingGroup: new Set(),
  };
  public throttled = 0;
  private readonly things: Set<string>;
  private readonly buckets = new Map<Operation, { tokens: number; at: number }>();

  constructor(private readonly factor: number, things: readonly string[]) {
    this.things = new Set(things);
  }

  /** Calls that an API admits immediately after a pause. */
  public burst(operation: Operation): number {
    return Math.max(QUOTAS[operation] * this.factor, 1);
  }

  public async handle(request: Request) {
    await sleep(LATENCY_MS / 2);
    const { operation, thing } = parse(request);
    const response = this.admit(operation) ? this.perform(operation, thing) : refusal(429, 'ThrottlingException', 'Rate exceeded');
    await sleep(LATENCY_MS / 2);
    return { response };
  }

  private perform(operation: Operation, thing: string) {
    const exists = this.things.has(thing);
    if (operation === 'CreateThing' && exists) return refusal(409, 'ResourceAlreadyExistsException', 'exists');
    if (operation !== 'CreateThing' && !exists) return refusal(404, 'ResourceNotFoundException', 'not found');
    this.things.add(thing);
    this.done[operation].add(thing);
    return answer(200, '{}');
  }

  private admit(operation: Operation): boolean {
    const now = Date.now();
    const burst = this.burst(operation);
    const bucket = this.buckets.get(operation) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / 1000 * QUOTAS[operation] * this.factor);
    bucket.at = now;
    this.buckets.set(operation, bucket);
    if (bucket.tokens < 1) {
      this.throttled++;
      return false;
    }
    bucket.tokens--;
    return true;
  }
}

function parse({ method, path, body }: Request): { operation: Operation; thing: string } {
  if (path.includes('addThingToThingGroup')) {
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    return { operation: 'AddThingToThingGroup', thing: (JSON.parse(text) as { thingName: string }).thingName };
  }
  const [, collection, thing] = path.split('/');
  if (collection === 'things' && method === 'POST') return { operation: 'CreateThing', thing };
  if (collection === 'things' && method === 'PATCH') return { operation: 'UpdateThing', thing };
  throw new Error(`the simulation has no call ${method} ${path}`);
}

function refusal(statusCode: number, error: string, message: string) {
  return answer(statusCode, JSON.stringify({ message }), { 'x-amzn-errortype': error });
}

function answer(statusCode: number, body: string, headers: Record<string, string> = {}) {
  return { statusCode, reason: '', headers: { 'content-type': 'application/json', ...headers }, body: Readable.from([Buffer.from(body)]) };
}
