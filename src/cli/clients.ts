import { rememberCall } from './errors';

/** What a command calls. */
export interface Connection {
  /** A profile of the AWS CLI. @default - the environment, AWS_PROFILE, … */
  readonly profile?: string;
  /** @default - AWS_REGION, AWS_DEFAULT_REGION, the Region of the profile */
  readonly region?: string;
}

/** The used part of a client of the SDK. */
interface Client {
  readonly config: { readonly credentials: unknown; region(): Promise<string> };
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

type ClientClass<C> = new (config: never) => C;

/** A Region that answers at all answers within this: milliseconds. */
export const PATIENCE_MS = 2_000;

/** Calls of a command that works for longer than a moment. */
const REQUEST = { connectionTimeout: 2_000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Prefixes of IAM's actions where they are not the name of the client in lower case. */
const PREFIXES: Readonly<Record<string, string>> = { SFN: 'states', ServiceQuotas: 'servicequotas' };

/**
 * Clients by Region, created at their first use, with credentials and endpoints like those of the AWS CLI. All of them share the credentials of the first one, so that a
 * profile asks for a code once.
 */
export class Clients {
  private readonly made = new Map<string, Client>();
  private credentials: unknown;

  /** @param unasked a Region that no call is made to: it is as if it did not answer */
  constructor(
    private readonly connection: Connection,
    private readonly env: Readonly<Record<string, string | undefined>> = process.env,
    private readonly unasked?: string,
  ) {}

  /** The same clients, for which a Region does not answer. */
  public without(region: string): Clients {
    const clients = new Clients(this.connection, this.env, region);
    clients.credentials = this.credentials;
    return clients;
  }

  public of<C>(kind: ClientClass<C>, region: string): C {
    const key = `${kind.name} ${region}`;
    const known = this.made.get(key);
    if (known) return known as C;
    const { profile } = this.connection;
    const config = {
      region,
      profile,
      requestHandler: REQUEST,
      // An endpoint of one's own has no host for each bucket.
      ...this.env.AWS_ENDPOINT_URL || this.env.AWS_ENDPOINT_URL_S3 ? { forcePathStyle: true } : {},
      ...this.credentials === undefined ? {} : { credentials: this.credentials },
    };
    const client = new (kind as unknown as new (config: object) => Client)(config);
    this.credentials ??= client.config.credentials;
    client.middlewareStack.add(rememberingCalls(region), { step: 'initialize', name: 'rememberCall' });
    if (region === this.unasked) client.middlewareStack.add(refusing, { step: 'initialize', name: 'refuse' });
    this.made.set(key, client);
    return client as C;
  }

  /** Finds the credentials, which may take long, as when a profile asks for a code: no bound of a call includes it. @throws CredentialsProviderError if there are none */
  public async authenticate(kind: ClientClass<Client>, region: string): Promise<void> {
    await (this.of(kind, region).config.credentials as () => Promise<unknown>)();
  }

  /** Where to look first. @throws CredentialsProviderError and the like if the profile does not exist */
  public async homeRegion(kind: ClientClass<unknown>): Promise<string | undefined> {
    const given = this.connection.region ?? this.env.AWS_REGION ?? this.env.AWS_DEFAULT_REGION;
    if (given) return given;
    const client = new (kind as unknown as new (config: object) => Client)({ profile: this.connection.profile });
    return client.config.region().catch((error: Error) => {
      if (/region is missing/i.test(error.message)) return undefined;
      throw error;
    });
  }
}

interface CallContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

function rememberingCalls(region: string) {
  return (next: (args: unknown) => Promise<unknown>, { clientName = '', commandName = '' }: CallContext) => async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      const service = clientName.replace(/Client$/, '');
      rememberCall(error, { action: `${PREFIXES[service] ?? service.toLowerCase()}:${commandName.replace(/Command$/, '')}`, region });
      throw error;
    }
  };
}

function refusing() {
  return () => Promise.reject(Object.assign(new Error('this Region is not asked'), { name: 'TimeoutError' }));
}

/**
 * Work that makes several calls, for no longer than a time.
 *
 * @throws TimeoutError of the runtime; what the signal was aborted with
 */
export async function bounded<T>(work: Promise<T>, signal: AbortSignal, milliseconds: number): Promise<T> {
  const end = within(signal, milliseconds);
  let stop = () => {};
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(end.reason as Error);
    end.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    end.removeEventListener('abort', stop);
  }
}

/** A signal for the calls of one moment: aborted when the time is over, or with the command. */
export function within(signal: AbortSignal, milliseconds = PATIENCE_MS): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
}
