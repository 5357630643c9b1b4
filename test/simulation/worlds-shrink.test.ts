import type { Act } from './worlds/acts';
import { worldOf } from './worlds/run';
import { shrinkWorld, symptomOfWorld } from './worlds/shrink';

const PLAN: readonly Act[] = [
  { after: 1, what: 'sweep', mode: 'repair' }, { after: 10, what: 'losing', share: 1 }, { after: 100, what: 'nothing' }, { after: 1_000, what: 'check', mode: 'repair' },
  { after: 10_000, what: 'look' }, { after: 100_000, what: 'resume' },
];
const FAILURE = 'the status of 2023-11-14T22:13:21.000Z says in sync, but t0 in g1 differs: it is recorded, arrived 720 s ago';
const scenario = { ...worldOf(1), plan: PLAN };
/** Fails as long as events are lost, and somebody looks later. */
const failuresOf = async ({ plan }: { readonly plan: readonly Act[] }) => {
  const [lost, looked] = [plan.findIndex(({ what }) => what === 'losing'), plan.findIndex(({ what }) => what === 'look')];
  return lost >= 0 && looked > lost ? [FAILURE.replace('720', '90')] : ['something else is wrong'];
};

test('leaves out what a failure does not need, and no time', async () => {
  const { scenario: { plan }, failures } = await shrinkWorld({ scenario, failures: [FAILURE] }, { isOver: () => false, failuresOf });
  expect(plan).toEqual([{ after: 11, what: 'losing', share: 1 }, { after: 11_100, what: 'look' }]);
  expect(failures).toEqual([FAILURE.replace('720', '90')]);
});

test('has the shortest so far when time is up', async () => {
  let tries = 0;
  const { scenario: { plan } } = await shrinkWorld({ scenario, failures: [FAILURE] }, { isOver: () => tries++ === 3, failuresOf });
  expect(plan.length).toBeGreaterThan(2);
  expect(await failuresOf({ plan })).toEqual([FAILURE.replace('720', '90')]);
});

test.each([
  [FAILURE, FAILURE.replace('t0 in g1', 't2 in g3').replace('22:13:21', '04:00:00'), true],
  [FAILURE, FAILURE.replace('it is recorded', 'its event was lost'), false],
  ['at the end, thing t0 differs', 'at the end, thing t1 differs', true],
  ['at the end, thing t0 differs', 'at the end, group g0 differs', false],
])('knows whether %s is of the kind of %s', (one, other, isSame) => {
  expect(symptomOfWorld(one).test(other)).toBe(isSame);
});
