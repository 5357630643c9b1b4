import type { OtherReplicationsFacts } from '../../src/status/handler/facts';

/** A look that finds no other replication, at a time that is older than any. */
export async function alone(): Promise<OtherReplicationsFacts> {
  return { lookedAt: '2026-01-01T00:00:00.000Z', found: [], notFound: [] };
}
