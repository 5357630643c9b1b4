/** @jest-environment ./test/simulation/environment.ts */
import type { AttachmentsKey } from './attachments';
import type { EntityKind } from '../../../src/kinds';
import { plainItem } from '../../../src/kinds/handler/plain-item';
import { kindsOf } from '../../../src/kinds/register';
import { CALM } from '../../simulation/conditions';
import { DriftChecks } from '../../simulation/drift';
import type { History } from '../../simulation/history';
import { Pipeline } from '../../simulation/pipeline';
import { Random } from '../../simulation/random';
import { Scheduler } from '../../simulation/scheduler';
import { deployed } from '../../simulation/simulation';
import { Sweeps } from '../../simulation/sweep';
import { MARGIN, passTime } from '../../simulation/sweeping';
import { everyKind } from '../common.case';

// The two registrations. Nothing else of the pipeline knows of the kind.
jest.mock('../../../src/kinds', () => {
  const registered = jest.requireActual<object>('../../../src/kinds') as { readonly KINDS: readonly object[] };
  const { attachments } = jest.requireActual<object>('./attachments') as { readonly attachments: object };
  return { ...registered, KINDS: [...registered.KINDS, attachments] };
});
jest.mock('../../../src/kinds/handler', () => {
  const registered = jest.requireActual<object>('../../../src/kinds/handler') as { readonly READERS: object; readonly RULES: object };
  const { attachmentsReader, attachmentsRule } = jest.requireActual<object>('./handler/registry') as { readonly attachmentsReader: object; readonly attachmentsRule: object };
  return { READERS: { ...registered.READERS, attachments: attachmentsReader }, RULES: { ...registered.RULES, attachments: attachmentsRule } };
});

const name = 'attachments' as EntityKind;

everyKind(name, {
  entity: { kind: 'attachments', thingName: 'lamp' } satisfies AttachmentsKey as never,
  states: [{ elements: ['cert-1', 'cert-2'] }, { elements: ['cert-1'] }],
});

test('is replicated where its owners are', () => {
  expect(kindsOf(['THING'])).toEqual(['thing', name]);
  expect(kindsOf(['THING_GROUP'])).toEqual(['group']);
});

describe('a kind without events, a set of one owner', () => {
  const READING = { listingLag: 0, directReadsLag: false, tableLag: 0, pageSize: 10, unprocessed: 0, slices: 0 };
  const HISTORY: History = [
    { after: 1, call: 'CreateThing', input: { thingName: 'lamp' } },
    { after: 1, call: 'CreateThing', input: { thingName: 'bare' } },
    { after: 1, call: 'AttachThingPrincipal', input: { thingName: 'lamp', principal: 'cert-1' } },
    { after: 1, call: 'AttachThingPrincipal', input: { thingName: 'lamp', principal: 'cert-2' } },
  ];

  /** A pipeline whose source has had its history. */
  async function world() {
    const random = new Random(1);
    const pipeline = new Pipeline({
      ...deployed(), conditions: CALM, events: [], random: random.fork(), source: { history: HISTORY, loses: () => false, readLag: () => 0 },
    });
    const sweeps = new Sweeps({ pipeline, random: random.fork(), reading: READING, atWork: 0 }, () => ({}));
    const drift = new DriftChecks({ pipeline, random: random.fork(), reading: READING, atWork: 0 });
    pipeline.jobs.push(sweeps, drift);
    const scheduler = new Scheduler(pipeline, CALM, random.fork());
    const settle = async () => expect(await scheduler.run(100_000, pipeline.clock.now() + 30 * 24 * 3_600_000)).toBe(true);
    await settle();
    pipeline.stopFaults();
    const run = async (job: Sweeps | DriftChecks, mode = 'repair') => {
      passTime(pipeline, MARGIN + 1);
      job.begin({ mode });
      await settle();
      const { summary, error } = job.ended.at(-1)!;
      if (!summary) throw error;
      return summary;
    };
    return {
      pipeline,
      source: pipeline.source!.registry,
      destination: pipeline.registry,
      sweep: () => run(sweeps),
      checkDrift: (mode?: string) => run(drift, mode),
      drift,
      /** What a destination's thing has, once detachments have taken effect. */
      attached: () => {
        passTime(pipeline, MARGIN);
        return [...pipeline.registry.execute('ListThingPrincipals', { thingName: 'lamp' }).principals ?? []].sort();
      },
      record: () => plainItem(pipeline.replica.get('thing#lamp|attachments')!),
      noLetters: () => expect([...pipeline.deadLetters, ...pipeline.sourceDeadLetters, ...pipeline.violations]).toEqual([]),
    };
  }

  test('is found by a sweep, delivered and applied, and a sweep of equals finds nothing', async () => {
    const { attached, sweep, record, noLetters } = await world();
    expect(attached()).toEqual([]);
    expect(await sweep()).toMatchObject({ inSync: false, counts: { missing: 1, persisted: 1 } });
    expect(record()).toMatchObject({ deleted: false, state: { elements: ['cert-1', 'cert-2'] } });
    expect(attached()).toEqual(['cert-1', 'cert-2']);
    expect(await sweep()).toMatchObject({ inSync: true });
    noLetters();
  });

  test('is changed element by element', async () => {
    const { attached, source, sweep, noLetters } = await world();
    await sweep();
    source.execute('DetachThingPrincipal', { thingName: 'lamp', principal: 'cert-1' });
    source.execute('AttachThingPrincipal', { thingName: 'lamp', principal: 'cert-3' });
    expect(await sweep()).toMatchObject({ counts: { different: 1, persisted: 1 } });
    expect(attached()).toEqual(['cert-2', 'cert-3']);
    noLetters();
  });

  test('is checked for drift and repaired, whatever somebody does by hand', async () => {
    const { attached, destination, sweep, checkDrift, drift, noLetters } = await world();
    await sweep();
    expect(await checkDrift()).toMatchObject({ inSync: true });
    destination.execute('DetachThingPrincipal', { thingName: 'lamp', principal: 'cert-1' });
    destination.execute('AttachThingPrincipal', { thingName: 'lamp', principal: 'theirs' });
    destination.execute('AttachThingPrincipal', { thingName: 'bare', principal: 'theirs' });
    expect(await checkDrift('report')).toMatchObject({ inSync: false });
    expect(drift.lastReport()).toEqual(expect.arrayContaining([
      {
        kind: name, pk: 'thing#lamp', sk: 'attachments', difference: 'different', fields: [{ field: 'elements', expected: ['cert-1', 'cert-2'], actual: ['cert-2', 'theirs'] }],
      },
      { kind: name, pk: 'thing#bare', sk: 'attachments', difference: 'unmanaged' },
    ]));
    await checkDrift();
    expect(attached()).toEqual(['cert-1', 'cert-2']);
    expect(await checkDrift()).toMatchObject({ inSync: true });
    noLetters();
  });

  test('is taken away once a sweep finds it gone', async () => {
    const { attached, source, sweep, record, noLetters } = await world();
    await sweep();
    for (const principal of ['cert-1', 'cert-2']) source.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
    expect(await sweep()).toMatchObject({ counts: { gone: 1, persisted: 1 } });
    expect(record()).toMatchObject({ deleted: true, expiresAt: expect.any(Number) });
    expect(attached()).toEqual([]);
    noLetters();
  });

  test('of an owner that was re-created is the new one\'s', async () => {
    const { attached, source, sweep, pipeline, record, noLetters } = await world();
    await sweep();
    for (const principal of ['cert-1', 'cert-2']) source.execute('DetachThingPrincipal', { thingName: 'lamp', principal });
    passTime(pipeline, MARGIN);
    source.execute('DeleteThing', { thingName: 'lamp' });
    source.execute('CreateThing', { thingName: 'lamp' });
    source.execute('AttachThingPrincipal', { thingName: 'lamp', principal: 'cert-3' });
    await sweep();
    await sweep();
    expect(record()).toMatchObject({ deleted: false, incarnation: source.execute('DescribeThing', { thingName: 'lamp' }).thingId, state: { elements: ['cert-3'] } });
    expect(attached()).toEqual(['cert-3']);
    noLetters();
  });
});
