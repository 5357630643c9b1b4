import { Stack, Stage, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What a replication is to the others of its app. */
export interface Peer extends IConstruct {
  readonly replicationName: string;
  readonly sourceRegion: string;
  readonly destinationRegions: string[];
}

/**
 * @throws Error if what the replication writes could come back to its source by way of others, or if another one has its physical names
 */
export function checkAgainstPeers(self: Peer, peers: Peer[]): void {
  const neighbours = peers.filter((peer) => peer !== self && mayShareAccount(self, peer));
  checkOneWriter(self, neighbours);
  checkNames(self, neighbours);
}

/** A change has one origin, and no event says where it came from: in a circle, changes would chase each other. */
function checkOneWriter(self: Peer, peers: Peer[]): void {
  const reached = new Set(self.destinationRegions);
  for (const region of reached) {
    for (const peer of peers) {
      if (peer.sourceRegion !== region) continue;
      if (peer.destinationRegions.includes(self.sourceRegion)) {
        throw new Error(`destinationRegions: got [${self.destinationRegions.join(', ')}] for the source Region '${self.sourceRegion}' (${self.node.path}), `
          + `and '${peer.node.path}' replicates '${region}' to '${self.sourceRegion}', expected one Region where changes are made; remove one of the two`);
      }
      peer.destinationRegions.forEach((each) => reached.add(each));
    }
  }
}

function checkNames(self: Peer, peers: Peer[]): void {
  const twin = peers.find((peer) => peer.replicationName === self.replicationName && isSameAccount(self, peer) && shareRegion(self, peer));
  if (twin) {
    throw new Error(`replicationName: got '${self.replicationName}' (${self.node.path}), the name of '${twin.node.path}' too, which has a Region in common, `
      + 'expected a name of its own; choose another one or leave it out');
  }
}

function shareRegion(a: Peer, b: Peer): boolean {
  const regions = [b.sourceRegion, ...b.destinationRegions];
  return [a.sourceRegion, ...a.destinationRegions].some((region) => regions.includes(region));
}

function mayShareAccount(a: Peer, b: Peer): boolean {
  const [first, second] = [Stack.of(a).account, Stack.of(b).account];
  return first === second || Token.isUnresolved(first) || Token.isUnresolved(second);
}

/** Stages whose accounts aren't known are deployed to accounts of their own as a rule. */
function isSameAccount(a: Peer, b: Peer): boolean {
  const [first, second] = [Stack.of(a).account, Stack.of(b).account];
  return first === second && (!Token.isUnresolved(first) || Stage.of(a) === Stage.of(b));
}
