import { PRICES } from './prices';

/** What is charged, by its name: `registry.<call>`, `lambda.requests`, `lambda.ms`, `signals`, `transitions`, `table.readUnits`, `s3.puts`, `s3.gets`. */
export type Use = Readonly<Record<string, number>>;

/** Dollars. */
export interface Cost {
  readonly registry: number;
  readonly functions: number;
  readonly rest: number;
}

/**
 * Reads that AWS's price list names among the calls that it charges: https://aws.amazon.com/iot-core/pricing/additional-details/ (u). It names no second versions, which
 * count like the first here.
 */
const CHARGED = [
  'DescribeThing', 'DescribeThingGroup', 'DescribeThingType', 'ListPrincipalThingsV2', 'ListThingGroups', 'ListThingGroupsForThing', 'ListThingPrincipalsV2', 'ListThings',
  'ListThingsInThingGroup', 'ListThingTypes',
];
/** An execution is billed by 100 ms and 64 MB, one step of each at least. */
export const EXPRESS_GIGABYTE_SECONDS = 0.1 * 64 / 1024;
/** Source and one destination. */
export const REPLICAS = 2;

/** What a run costs whose function has so many megabytes. */
export function costOf(use: Use, memoryMegabytes: number): Cost {
  const of = (name: string) => use[name] ?? 0;
  return {
    registry: CHARGED.reduce((total, call) => total + of(`registry.${call}`), 0) * PRICES.registryOperation,
    functions: of('lambda.requests') * PRICES.lambdaRequest + of('lambda.ms') / 1000 * memoryMegabytes / 1024 * PRICES.lambdaGigabyteSecond,
    rest: of('signals') * (PRICES.expressRequest + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond + PRICES.writeUnit * REPLICAS)
      + of('transitions') * PRICES.standardTransition + of('table.readUnits') * PRICES.readUnit + of('s3.puts') * PRICES.s3Put + of('s3.gets') * PRICES.s3Get,
  };
}

export function totalOf({ registry, functions, rest }: Cost): number {
  return registry + functions + rest;
}

export const MONTH_SECONDS = 30 * 24 * 3600;

/** How often a scheduled run takes place in a month: one that is still running when the next one is due lets it pass. */
export function timesAMonth(durationSeconds: number, intervalSeconds: number): number {
  const intervals = Math.max(1, Math.ceil(durationSeconds / intervalSeconds));
  return MONTH_SECONDS / (intervals * intervalSeconds);
}
