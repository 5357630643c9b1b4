/** @jest-environment ./test/simulation/environment.ts */
import { expectIdentities } from './seeds';
import { rangesOf } from '../seeds';

/** Half of the histories; the other half is in a file of its own, so that each core has one. */
const FIRST = 251;
const HISTORIES = 250;

describe('certificates, policies and their attachments are as in the source once everything is delivered, and never more than that on the way', () => {
  test.each(rangesOf(FIRST, HISTORIES))('seeds from %i', async (from) => {
    await expectIdentities(from);
  }, 600_000);
});
