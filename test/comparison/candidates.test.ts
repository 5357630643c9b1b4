import { newJournal, writeUnits } from './stores';
import { Count, candidatesOf } from '../../src/comparison/counts';
import { CandidatePosition, Candidates, Chunk } from '../../src/comparison/handler/candidates';
import { Candidate, Unit } from '../../src/comparison/handler/journal';
import { countsOf } from '../../src/comparison/handler/phase';
import { RECORDS_PHASE } from '../../src/comparison/phases';
import { EntityKind } from '../../src/kinds';
import { keyOf } from '../kinds/keys';

function unit(candidates: readonly Candidate[], kinds: readonly EntityKind[] = []): Unit {
  return { candidates, counts: { [Count.CANDIDATES]: candidates.length, ...countsOf(kinds.map(candidatesOf)) } };
}
const things = (...names: string[]) => names.map(keyOf.thing);
const group = (name: string, depth: number) => ({ ...keyOf.group(name), depth });

async function candidatesIn(noted: Readonly<Record<string, readonly Unit[]>>, phases: readonly string[], kind?: EntityKind) {
  const { journal, calls } = newJournal();
  for (const [phase, units] of Object.entries(noted)) await writeUnits(journal, phase, units);
  // Each unit may be done by another invocation, so each has a reader of its own.
  return { calls, newReader: () => new Candidates(journal, phases, kind) };
}

async function takeAll(newReader: () => Candidates, sizeOf: (phase: string) => number): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let position: CandidatePosition | undefined;
  do {
    const chunk = await newReader().take(position, sizeOf);
    chunks.push(chunk);
    // What the journal keeps of it is JSON.
    position = chunk.next && JSON.parse(JSON.stringify(chunk.next)) as CandidatePosition;
  } while (position);
  return chunks;
}

const namesIn = (chunks: readonly Chunk[]) => chunks.map(({ candidates }) => candidates.map(({ pk }) => pk.split('#')[1]));

test('come in the order of the phases', async () => {
  const { newReader } = await candidatesIn({
    types: [unit([keyOf.type('t')])], groups: [unit([group('g', 0)])], things: [unit(things('a')), unit(things('b'))],
  }, ['types', 'groups', 'things']);
  expect(namesIn(await takeAll(newReader, () => 10)).flat()).toEqual(['t', 'g', 'a', 'b']);
});

test('a chunk has one phase and one entry, and no larger than its phase allows', async () => {
  const { newReader } = await candidatesIn({ types: [unit([keyOf.type('t'), keyOf.type('u')])], things: [unit(things('a', 'b', 'c')), unit(things('d', 'e'))] }, ['types', 'things']);
  const chunks = await takeAll(newReader, (phase) => (phase === 'types' ? 1 : 2));
  expect(namesIn(chunks).filter((names) => names.length > 0)).toEqual([['t'], ['u'], ['a', 'b'], ['c'], ['d', 'e']]);
  expect(chunks.filter(({ candidates }) => candidates.length > 0).map(({ phase }) => phase)).toEqual(['types', 'types', 'things', 'things', 'things']);
});

test('entries without any are passed over, at the beginning, between and at the end', async () => {
  const empty = unit([]);
  const { newReader } = await candidatesIn({ things: [empty, empty, unit(things('a', 'b', 'c')), empty, unit(things('d')), empty] }, ['things']);
  expect(namesIn(await takeAll(newReader, () => 2)).filter((names) => names.length > 0)).toEqual([['a', 'b'], ['c'], ['d']]);
});

test.each([1, 2, 3, 250])('none is left out and none comes twice, %i at a time', async (size) => {
  const units = [...Array(40)].map((_, i) => unit(things(...[...Array((i * 7) % 5)].map((__, k) => `${i}-${k}`))));
  const { newReader } = await candidatesIn({ things: units.slice(0, 25), memberships: units.slice(25) }, ['types', 'things', 'memberships']);
  const expected = units.flatMap(({ candidates }) => candidates!.map(({ pk }) => pk.split('#')[1]));
  expect(namesIn(await takeAll(newReader, () => size)).flat()).toEqual(expected);
});

test('a reader continues in the middle of an entry', async () => {
  const { newReader } = await candidatesIn({ things: [unit([]), unit(things('a', 'b', 'c'))] }, ['things']);
  const { candidates, next } = await newReader().take({ phase: 'things', number: 2, offset: 1 }, () => 1);
  expect(candidates).toEqual(things('b'));
  expect(next).toEqual({ phase: 'things', number: 2, offset: 2 });
});

test('groups of all entries come root first', async () => {
  const { newReader } = await candidatesIn({ groups: [unit([group('c', 2), group('a', 0)]), unit([]), unit([group('b', 1), group('d', 0)])] }, ['groups']);
  expect(namesIn(await takeAll(newReader, () => 3))).toEqual([['a', 'd', 'b'], ['c'], []]);
});

test('no candidates at all are reported at once', async () => {
  const { newReader, calls } = await candidatesIn({ things: [...Array(1500)].map(() => unit([])) }, ['types', 'groups', 'things']);
  expect(await newReader().take(undefined, () => 10)).toEqual({ phase: 'things', candidates: [] });
  expect(calls.GetObjectCommand).toBeLessThan(5);
});

describe('of one kind, where an entry has several', () => {
  const records = [
    unit([keyOf.thing('a'), group('leaf', 1), keyOf.membership('a', 'leaf')], ['thing', 'group', 'membership']),
    unit([keyOf.membership('b', 'leaf')], ['membership']),
    unit([group('root', 0), keyOf.thing('b')], ['group', 'thing']),
  ];

  test.each<[EntityKind, string[]]>([['thing', ['a', 'b']], ['group', ['root', 'leaf']], ['membership', ['a', 'b']], ['type', []]])('%s', async (kind, names) => {
    const { newReader } = await candidatesIn({ records }, [RECORDS_PHASE], kind);
    expect(namesIn(await takeAll(newReader, () => 1)).flat()).toEqual(names);
  });
});
