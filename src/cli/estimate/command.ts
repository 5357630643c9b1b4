import { IoTClient } from '@aws-sdk/client-iot';
import { Counted, FleetCounter } from './count';
import { Estimate, estimateOf } from './estimate';
import { quotasIn, RegionQuotas } from './quotas';
import { shownEstimate } from './show';
import type { FleetSize } from '../../estimate/fleet';
import { QUOTAS } from '../../kinds/register';
import type { Clients } from '../clients';
import { CommandError } from '../errors';
import { EXIT, ExitCode } from '../exit-codes';
import { mayGoOn } from '../questions';
import type { CommonOptions, Surroundings } from '../surroundings';

export interface EstimateOptions extends Omit<CommonOptions, 'name'>, Partial<FleetSize> {
  /** Regions. */
  readonly destination?: readonly string[];
  readonly count?: boolean;
  readonly changes?: number;
  /** `CreateThing=200`. */
  readonly quota?: readonly string[];
  readonly defaultQuotas?: boolean;
  readonly readShare: number;
  readonly writeShare: number;
  readonly yes?: boolean;
}

/** The defaults of the construct, and what an account has of one Region that is not named. */
const UNNAMED: RegionQuotas = { region: 'a destination', read: {} };
/** Of the things, if nobody knows better. */
const IN_GROUPS = 0.1;

/** Hours of a backfill, and dollars a month. Writes nothing. */
export async function estimate({ json, ...options }: EstimateOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings;
  const { region, profile, readShare, writeShare, changes = 0 } = options;
  const given = quotasGiven(options.quota ?? []);
  const clients = surroundings.clients({ region, profile });
  const isAsked = !options.defaultQuotas || options.count;
  const home = isAsked ? await homeOf(clients) : region ?? 'the source';
  const fleet = await fleetOf(options, clients, home, surroundings);
  const read = (each: string) => (options.defaultQuotas ? { region: each, read: {} } : quotasIn(clients, each, signal));
  const [source, ...named] = await Promise.all([home, ...options.destination ?? []].map(read));
  const identities = fleet.certificates > 0 || fleet.policies > 0;
  const destinations = named.length > 0 ? named : [UNNAMED];
  const answer = estimateOf({ fleet, identities, changes, source, destinations, given, readShare, writeShare });
  const assumptions = { readShare, writeShare, isDefault: Boolean(options.defaultQuotas) };
  terminal.print(json ? JSON.stringify(answer satisfies Estimate, undefined, 2) : shownEstimate(answer, assumptions, terminal.colors));
  return EXIT.yes;
}

async function homeOf(clients: Clients): Promise<string> {
  const home = await clients.homeRegion(IoTClient);
  if (home === undefined) throw new CommandError('got no Region, expected --region, AWS_REGION, or a Region in the profile; with --default-quotas none is needed');
  return home;
}

async function fleetOf(options: EstimateOptions, clients: Clients, region: string, surroundings: Surroundings): Promise<FleetSize> {
  const { things, count, yes } = options;
  if (!count && things === undefined) throw new CommandError('got no fleet, expected --things, or --count to count what the account has');
  const nothing = { things: 0, groups: 0, types: 0, certificates: 0, policies: 0 };
  const counted = count ? await countedIn(region, clients, { yes }, surroundings) : nothing;
  const all = { ...counted, ...definedOf(options) };
  return { ...all, memberships: options.memberships ?? Math.round(all.things * (all.groups > 0 ? IN_GROUPS : 0)) };
}

/** What is given replaces what was counted. */
function definedOf({ things, groups, types, certificates, policies }: EstimateOptions): Partial<FleetSize> {
  return Object.fromEntries(Object.entries({ things, groups, types, certificates, policies }).filter(([, value]) => value !== undefined));
}

async function countedIn(region: string, clients: Clients, options: { readonly yes?: boolean }, surroundings: Surroundings): Promise<Counted> {
  const counter = new FleetCounter(clients, region, surroundings.signal);
  const isIndexed = await counter.isIndexed();
  const how = isIndexed ? 'one query of the fleet index counts the things' : 'the things are listed, 250 in a call';
  const charge = 'AWS charges queries, and names some of these listings among what it charges: about 0.005 USD for a million things';
  await mayGoOn(`Count what ${region} has: ${how}; groups, types, certificates and policies are listed. ${charge}.`, options, surroundings);
  return counter.count(isIndexed);
}

/** @throws CommandError if one is not `CALL=NUMBER` */
function quotasGiven(texts: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(texts.map((text) => {
    const [, call, value] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (call === undefined || !(call in QUOTAS) || Number(value) <= 0) {
      throw new CommandError(`--quota: got '${text}', expected a call of AWS IoT that a replication makes and its quota a second, as CreateThing=200; calls: ${Object.keys(QUOTAS).sort().join(', ')}`);
    }
    return [call, Number(value)];
  }));
}
