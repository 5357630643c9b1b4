import { explore } from './exploration';
import type { Scenario } from './history';
import { consumerOf, fencedWrite, storeOfRecord, TICK, trustingConsumerOf, WEAKER } from './protocols';

const statuses = (...all: string[]) => all.map((status) => ({ status }));

/** A certificate is activated and then shut out: two consumers, of which none dies. */
const SHUT_OUT: Scenario = { records: statuses('ACTIVE', 'INACTIVE'), consumers: 2, crashes: 0, duplicates: 0, callTicks: 1, initially: { status: 'INACTIVE' } };
/** The same, and one of them dies. */
const DYING: Scenario = { ...SHUT_OUT, crashes: 1 };
/** A policy is attached to a certificate that is activated, and then detached. */
const DETACHED: Scenario = {
  ...SHUT_OUT,
  records: [{ policy: 'attached', status: 'ACTIVE' }, { policy: 'detached', status: 'ACTIVE' }],
  initially: { policy: 'detached', status: 'INACTIVE' },
};
/** A policy has a second version. */
const VERSIONS: Scenario = { ...SHUT_OUT, records: [{ document: 'first' }, { document: 'second' }], initially: { document: 'none' } };

const fenced = consumerOf(fencedWrite());

describe('no history goes wrong', () => {
  test.each<[string, Scenario, number]>([
    ['if a certificate is activated and shut out, and a consumer dies', DYING, 15_000],
    ['if it is shut out and activated', { ...SHUT_OUT, records: statuses('INACTIVE', 'ACTIVE') }, 1_000],
    ['if it is revoked, which the registry may leave', { ...SHUT_OUT, records: statuses('ACTIVE', 'REVOKED') }, 500],
    ['if it is revoked, which the registry keeps', { ...SHUT_OUT, records: statuses('ACTIVE', 'REVOKED'), keepsRevoked: true }, 500],
    ['if its policies change, and a consumer dies', { ...DETACHED, crashes: 1 }, 15_000],
    ['if a policy has two versions', VERSIONS, 1_000],
  ])('%s', async (_, scenario, atLeast) => {
    const { history, moments } = await explore(scenario, fenced);
    expect(history).toBeUndefined();
    // Otherwise it would be as right if there were no histories.
    expect(moments).toBeGreaterThan(atLeast);
  });
});

describe('no history goes wrong if leases of the same record do not count', () => {
  const write = fencedWrite(TICK, undefined, storeOfRecord);

  test.each([
    ['and the record is read again afterwards', consumerOf(write)],
    ['and the record is not read again', trustingConsumerOf(write)],
  ])('%s', async (_, consumer) => {
    const { history, moments } = await explore(DYING, consumer);
    expect(history).toBeUndefined();
    expect(moments).toBeGreaterThan(1_000);
  });
});

describe('the shortest history that goes wrong', () => {
  test.each<[keyof typeof WEAKER, Scenario, string]>([
    ['nobody notes anything, and the record is read again afterwards', SHUT_OUT, `
      ACTIVE arrives
      INACTIVE arrives
      B's call has its effect: INACTIVE; it is applied
      A's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`],
    ['nobody notes anything, and the record is read again afterwards', VERSIONS, `
      first arrives
      second arrives
      B's call has its effect: second; it is applied
      A's call has its effect: first
      second was applied, and the registry has first`],
    ['the note is written after the call', SHUT_OUT, `
      ACTIVE arrives
      A reads the note
      A reads the record and calls ACTIVE
      INACTIVE arrives
      B reads the note and calls INACTIVE
      B's call has its effect: INACTIVE
      A's call has its effect: ACTIVE
      B enters; it is applied
      INACTIVE was applied, and the registry has ACTIVE`],
    ['only who activates notes itself', SHUT_OUT, `
      ACTIVE arrives
      A reads the note
      A reads the record
      INACTIVE arrives
      A enters and calls ACTIVE
      B's call has its effect: INACTIVE; it is applied
      A's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`],
    ['who deactivates calls first and notes itself then', DYING, `
      ACTIVE arrives
      A reads the note
      A reads the record
      INACTIVE arrives
      A enters and calls ACTIVE
      B's call has its effect: INACTIVE
      A dies
      C's call has its effect: INACTIVE
      A's call has its effect: ACTIVE
      time passes
      B reads the note
      B enters; it is applied
      INACTIVE was applied, and the registry has ACTIVE`],
    ['the record is read before the note', SHUT_OUT, `
      ACTIVE arrives
      A reads the record
      INACTIVE arrives
      B reads the note
      B enters and calls INACTIVE
      A reads the note
      B's call has its effect: INACTIVE; it is applied
      A enters and calls ACTIVE
      A's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`],
    ['whoever meets a lease does not look again', SHUT_OUT, `
      ACTIVE arrives
      A reads the note
      A reads the record
      INACTIVE arrives
      A enters and calls ACTIVE
      B reads the note
      B enters and calls INACTIVE
      B's call has its effect: INACTIVE; it is applied
      A's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`],
    ['a lease that is over is not renewed before the call', DYING, `
      ACTIVE arrives
      A reads the note
      A reads the record
      A enters and calls ACTIVE
      A's call has its effect: ACTIVE
      A dies
      B reads the record
      B reads the note
      B reads the record
      INACTIVE arrives
      time passes
      B enters and calls ACTIVE
      C reads the note
      C enters and calls INACTIVE
      C's call has its effect: INACTIVE; it is applied
      B's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`],
    ['the status is written first', DETACHED, `
      policy attached, status ACTIVE arrives
      A reads the note
      A reads the record
      A enters and calls ACTIVE
      A's call has its effect: policy detached, status ACTIVE
      it is active before its policies are attached`],
  ])('if %s', async (name, scenario, history) => {
    expect((await explore(scenario, WEAKER[name])).history).toEqual(linesOf(history));
  });

  test('if a call takes longer than a lease', async () => {
    expect((await explore({ ...SHUT_OUT, callTicks: 2 }, fenced)).history).toEqual(linesOf(`
      ACTIVE arrives
      A reads the note
      A reads the record
      INACTIVE arrives
      A enters and calls ACTIVE
      time passes
      B reads the note
      B enters and calls INACTIVE
      B's call has its effect: INACTIVE; it is applied
      A's call has its effect: ACTIVE
      INACTIVE was applied, and the registry has ACTIVE`));
  });
});

function linesOf(text: string): string[] {
  return text.trim().split('\n').map((line) => line.trim());
}
