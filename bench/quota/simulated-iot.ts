import { Readable } from 'node:stream';
import { sleep } from './simulated-clock';

const LATENCY_MS = 50;

/** AWS's default calls per second and account: https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export const QUOTAS = { CreateThing: 100, UpdateThing: 100, AddThingToThingGroup: 100 };
export type Operation = keyof typeof QUOTAS;

interface Request { readonly method: string; readonly path: string; readonly body?: string }

/** AWS IoT as an HTTP handler of the SDK: a latency, a token bucket for each API that holds one second's worth, and a count of what it took. */
export class SimulatedIot {
  public readonly taken: string[] = [];
  public throttled = 0;
  private readonly buckets = new Map<Operation, { tokens: number; at: number }>();

  constructor(private readonly factor: number) {}

  public async handle(request: Request) {
    await sleep(LATENCY_MS / 2);
    const operation = operationOf(request);
    const admitted = this.admit(operation);
    if (admitted) this.taken.push(`${request.path} ${request.body}`);
    else this.throttled++;
    await sleep(LATENCY_MS / 2);
    return { response: admitted ? answer(200, '{}') : answer(429, '{"message":"Rate exceeded"}', { 'x-amzn-errortype': 'ThrottlingException' }) };
  }

  private admit(operation: Operation): boolean {
    const rate = QUOTAS[operation] * this.factor;
    const now = Date.now();
    const bucket = this.buckets.get(operation) ?? { tokens: Math.max(rate, 1), at: now };
    bucket.tokens = Math.min(Math.max(rate, 1), bucket.tokens + (now - bucket.at) / 1000 * rate);
    bucket.at = now;
    this.buckets.set(operation, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}

function operationOf({ method, path }: Request): Operation {
  if (path.includes('addThingToThingGroup')) return 'AddThingToThingGroup';
  if (path.startsWith('/things/') && method === 'POST') return 'CreateThing';
  if (path.startsWith('/things/') && method === 'PATCH') return 'UpdateThing';
  throw new Error(`no quota for ${method} ${path}`);
}

function answer(statusCode: number, body: string, headers: Record<string, string> = {}) {
  return { statusCode, reason: '', headers: { 'content-type': 'application/json', ...headers }, body: Readable.from([Buffer.from(body)]) };
}
