/** How the source does not answer during a drill. */
export interface Isolation {
  /** `simulated`: this program does not ask it; everything else does. `emulator`: nobody can ask it. */
  readonly by: 'simulated' | 'emulator';
  /** Ends it by hand. */
  readonly endCommand?: string;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const SIMULATED: Isolation = { by: 'simulated', begin: () => Promise.resolve(), end: () => Promise.resolve() };

/** The emulator of this project has a switch for each Region; nothing else has one, and least of all AWS. */
export async function isolationOf(region: string, { AWS_ENDPOINT_URL: endpoint }: Readonly<Record<string, string | undefined>>): Promise<Isolation> {
  if (!endpoint || !/^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(endpoint).hostname)) return SIMULATED;
  const url = (what: string) => new URL(`/_emulator/${what}/${region}`, endpoint);
  const ask = async (what: string) => (await fetch(url(what), { method: 'POST' })).ok;
  // What is not isolated can rejoin: that changes nothing, and shows whether there is a switch.
  if (!await ask('rejoin')) return SIMULATED;
  const switched = async (what: string) => {
    if (!await ask(what)) throw new Error(`the emulator answered no to ${what} ${region}`);
  };
  return { by: 'emulator', begin: () => switched('isolate'), end: () => switched('rejoin'), endCommand: `curl -X POST ${url('rejoin').href}` };
}
