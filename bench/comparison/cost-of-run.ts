import { functionMemories } from './memories';
import { Meter } from './meter';
import { EXPRESS_GIGABYTE_SECONDS, REPLICAS } from '../../src/estimate/cost';
import { PRICES } from '../../src/estimate/prices';
import { Row, shown, sum } from '../part';


interface Position {
  readonly name: string;
  readonly dollars: number;
}

/** The cost of a sweep or of a drift check, whose functions have the same memory, in calls and dollars. AWS does not document whether it bills reads of the registry like changes, so reads have a line of their own. */
export function costRows(what: string, meter: Meter, registryWrites = 0, memberships = 0): Row[] {
  const reads = meter.sum('registry.');
  const count = (name: string) => shown(meter.of(name), 0);
  const positions = positionsOf(meter, registryWrites, memberships);
  return [
    {
      what: `${what}, calls`,
      measured: `${shown(reads, 0)} registry reads, ${count('table.batchGets')} batch reads and ${count('table.scans')} scan pages (${count('table.readUnits')} read units), `
        + `${count('s3.puts')} S3 writes and lists, ${count('s3.gets')} S3 reads, ${count('transitions')} transitions`
        + (registryWrites > 0 ? `, ${count('express')} Express executions and writes, ${shown(registryWrites, 0)} registry writes` : ''),
    },
    {
      what: '  list price, one destination',
      measured: `$${dollars(sum(positions.map((each) => each.dollars)))} (${positions.map(({ name, dollars: each }) => `${name} ${dollars(each)}`).join(', ')}); `
        + `$${dollars(reads * PRICES.registryOperation)} more if registry reads are billed as registry operations`,
    },
  ];
}

function positionsOf(meter: Meter, registryWrites: number, memberships: number): Position[] {
  const memories = functionMemories();
  const lambda = (requests: string, milliseconds: string, megabytes: number) => meter.of(requests) * PRICES.lambdaRequest
    + meter.of(milliseconds) / 1000 * megabytes / 1024 * PRICES.lambdaGigabyteSecond;
  const writeUnits = meter.of('table.writes') + meter.of('signals') + memberships;
  const all: Position[] = [
    { name: 'workflow', dollars: meter.of('transitions') * PRICES.standardTransition },
    { name: 'function', dollars: lambda('lambda.requests', 'lambda.ms', memories.registrySweep) },
    { name: 'table reads', dollars: (meter.of('table.readUnits') + meter.of('replicator.tableReads')) * PRICES.readUnit },
    { name: 'S3', dollars: meter.of('s3.puts') * PRICES.s3Put + meter.of('s3.gets') * PRICES.s3Get },
    { name: 'persistence', dollars: (meter.of('express') + meter.of('signals')) * (PRICES.expressRequest + EXPRESS_GIGABYTE_SECONDS * PRICES.expressGigabyteSecond) },
    { name: 'table writes', dollars: writeUnits * PRICES.writeUnit * REPLICAS },
    { name: 'replicator', dollars: lambda('replicator.invocations', 'replicator.ms', memories.replicator) },
    { name: 'registry writes', dollars: registryWrites * PRICES.registryOperation },
  ];
  return all.filter((each) => each.dollars > 0);
}

function dollars(amount: number): string {
  return amount < 0.01 ? amount.toFixed(4) : amount.toFixed(2);
}
