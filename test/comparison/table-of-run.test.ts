/** @jest-environment ./test/simulation/environment.ts */
import { CHECK_PHASE } from '../../src/certificate-check/phases';
import { Selection } from '../../src/comparison/selection';
import { CertificateSource } from '../certificate-check/source';
import { DriftHarness } from '../drift/harness';
import { Source } from '../sweep/source';

interface Stepping {
  begin(input: object): Promise<object>;
  step(request: object): Promise<unknown>;
}

const scope: Selection = { kinds: [], prefixes: {} };

/**
 * A deployment that changes `tableName` gives the functions of runs that are under way another table, which is empty. A sweep that has found the old one in sync would
 * count for the new one, and the destination would be ready.
 */
describe.each<[string, () => Stepping, string]>([
  ['a sweep', () => new Source(), 'types'],
  ['a drift check', () => new DriftHarness(), 'settle'],
  ['a certificate check', () => new CertificateSource(), CHECK_PHASE],
])('%s', (_what, make, phase) => {
  const stepWith = async (of: (run: object) => object, phaseOf = phase) => {
    const stepping = make();
    const begun = await stepping.begin({}) as { readonly run: object };
    return stepping.step({ phase: phaseOf, page: 0, run: of(begun.run), scope });
  };

  test.each([phase, 'summary'])('fails at its step %s once it has another table than the one that it began with', async (of) => {
    await expect(stepWith((run) => ({ ...run, tableName: 'before' }), of)).rejects.toMatchObject({
      name: 'TableChanged', message: expect.stringMatching(/^tableName: the run has begun with the table "before", and a deployment has changed it to "[a-z]+": expected one table/),
    });
  });

  test.each<[string, (run: object) => object]>([
    ['goes on with its table', (run) => run],
    ['goes on if it began before the table was noted', (run) => ({ ...run, tableName: undefined })],
  ])('%s', async (_goesOn, of) => {
    await expect(stepWith(of)).resolves.toHaveProperty('done');
  });
});
