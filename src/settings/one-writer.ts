import { Stack, Stage, Token } from 'aws-cdk-lib';
import { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { IConstruct } from 'constructs';
import { invalid, shown } from './errors';

/** The part of a replication that is compared with the others of its app. */
export interface Peer extends IConstruct {
  readonly replicationName: string;
  readonly sourceRegion: string;
  readonly destinationRegions: string[];
  readonly table: ITableV2;
}

/**
 * @throws Error if what the replication writes could come back to its source by way of others, or if another one has its physical names
 */
export function checkAgainstPeers(self: Omit<Peer, 'table'>, tableName: string, peers: Peer[]): void {
  const neighbours = peers.filter((peer) => peer !== self && mayShareAccount(self, peer));
  checkOneWriter(self, neighbours);
  checkNames(self, tableName, neighbours);
}

/** No event contains the origin of its change: in a circle, changes would follow each other endlessly. */
function checkOneWriter(self: Omit<Peer, 'table'>, peers: Peer[]): void {
  const reached = new Set(self.destinationRegions);
  // Regions that the loop adds are visited too.
  for (const region of reached) {
    const onwards = peers.filter((peer) => peer.sourceRegion === region);
    const closing = onwards.find((peer) => peer.destinationRegions.includes(self.sourceRegion));
    if (closing) {
      throw invalid('destinationRegions', `${shown(self.destinationRegions)} for '${self.node.path}', and '${closing.node.path}' replicates '${region}' to '${self.sourceRegion}'`,
        'one Region where changes are made', 'remove one of the two replications');
    }
    for (const peer of onwards) peer.destinationRegions.forEach((each) => reached.add(each));
  }
}

function checkNames(self: Omit<Peer, 'table'>, tableName: string, peers: Peer[]): void {
  for (const peer of peers) {
    const common = regionsOf(self).find((region) => regionsOf(peer).includes(region));
    if (common && peer.replicationName === self.replicationName && isSameAccount(self, peer)) {
      throw invalid('replicationName', `'${self.replicationName}' for '${self.node.path}', which is also the name of '${peer.node.path}', and both are in '${common}'`,
        'a unique name', 'choose another one or leave it out');
    }
    if (common && peer.table.tableName === tableName && isSameAccount(self, peer)) {
      throw invalid('tableName', `'${tableName}' for '${self.node.path}', which is also the table of '${peer.node.path}', and both are in '${common}'`,
        'a separate table', 'choose another name or leave it out');
    }
  }
}

function regionsOf(peer: Omit<Peer, 'table'>): string[] {
  return [peer.sourceRegion, ...peer.destinationRegions];
}

function mayShareAccount(a: IConstruct, b: IConstruct): boolean {
  const [first, second] = [Stack.of(a).account, Stack.of(b).account];
  return first === second || Token.isUnresolved(first) || Token.isUnresolved(second);
}

/** Stages with unknown accounts are usually deployed to separate accounts. */
function isSameAccount(a: IConstruct, b: IConstruct): boolean {
  const [first, second] = [Stack.of(a).account, Stack.of(b).account];
  return first === second && (!Token.isUnresolved(first) || Stage.of(a) === Stage.of(b));
}
