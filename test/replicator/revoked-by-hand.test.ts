import { Destination } from './harness';
import { certificateItem, IDENTITIES, LAMP } from './identity-items';
import { PassingTime } from './passing-time';
import { HOUR_MS, numbers } from './waiting-world';
import { keyOf } from '../../src/kinds/register';

/** Certificates that somebody revokes in the destination, as the pages say that one may. */

const KEY = keyOf({ kind: 'certificate', certificateId: LAMP.id });

class World {
  public readonly destination = new Destination({ random: numbers(), identities: IDENTITIES });
  private readonly time = new PassingTime(this.destination);

  /** A change of the source arrives, and an hour passes. */
  public async source(incarnation: string, status: string, more: object = {}): Promise<void> {
    await this.time.stream(this.destination.write(certificateItem(status, [], { incarnation, ...more })));
    await this.time.pass(HOUR_MS);
  }

  public revokeByHand(): void {
    this.destination.registry.execute('UpdateCertificate', { certificateId: LAMP.id, newStatus: 'REVOKED' });
  }

  public deleteByHand(): void {
    this.destination.registry.execute('DeleteCertificate', { certificateId: LAMP.id });
  }

  /** As a drift check or a redrive has it done. */
  public async applyAgain(): Promise<void> {
    await this.destination.retry(KEY);
    await this.time.pass(HOUR_MS);
  }

  public get status(): string | undefined {
    return this.destination.registry.identitySnapshot().certificates[LAMP.id]?.status;
  }

  public get letters(): readonly unknown[] {
    return this.destination.deadLetters.map(({ error }) => error);
  }
}

const LIVES: readonly [string, (world: World) => Promise<void>][] = [
  ['was never revoked before', async (world) => world.source('c1', 'ACTIVE')],
  ['was revoked, deleted and registered anew in the source', async (world) => {
    await world.source('c1', 'ACTIVE');
    await world.source('c1', 'REVOKED');
    await world.source('c1', 'REVOKED', { deleted: true, expiresAt: 2_000_000_000 });
    expect(world.status).toBeUndefined();
    await world.source('c2', 'ACTIVE');
  }],
  ['was revoked, and registered anew in the source without a deletion in between', async (world) => {
    await world.source('c1', 'ACTIVE');
    await world.source('c1', 'REVOKED');
    await world.source('c2', 'ACTIVE');
  }],
  ['was revoked, deleted here by somebody, and registered anew in the source', async (world) => {
    await world.source('c1', 'ACTIVE');
    await world.source('c1', 'REVOKED');
    world.deleteByHand();
    await world.source('c2', 'ACTIVE');
  }],
  ['was revoked, deleted here by somebody and in the source, and registered anew there', async (world) => {
    await world.source('c1', 'ACTIVE');
    await world.source('c1', 'REVOKED');
    world.deleteByHand();
    await world.source('c1', 'REVOKED', { deleted: true, expiresAt: 2_000_000_000 });
    await world.source('c2', 'ACTIVE');
  }],
];

test.each(LIVES)('one that %s stays revoked, and is a letter', async (_, live) => {
  const world = new World();
  await live(world);
  expect(world.status).toBe('ACTIVE');
  world.revokeByHand();
  await world.applyAgain();
  expect([world.status, ...world.letters]).toEqual(['REVOKED', 'RevokedCertificate']);
});

test('one that the source has deactivated is shut out, which is no letter', async () => {
  const world = new World();
  await world.source('c1', 'ACTIVE');
  world.revokeByHand();
  await world.source('c1', 'INACTIVE');
  await world.applyAgain();
  expect([world.status, ...world.letters]).toEqual(['REVOKED']);
  await world.source('c1', 'ACTIVE');
  expect([world.status, ...world.letters]).toEqual(['REVOKED', 'RevokedCertificate']);
});
