import { isDeepStrictEqual } from 'node:util';
import type { RegistryRecord } from '../../kinds';
import { Change, History } from '../../kinds/handler/apply-context';
import { depthOf, ENTITY_KINDS, incarnationsOf, isObserved, isUrgent, kindOf, stateOf } from '../../kinds/register';
import { keyString, RecordKey } from '../../record/record';

/** One record of the stream, decoded. */
export interface StreamImage {
  readonly key: RecordKey;
  readonly record: RegistryRecord;
  /** `unreadable` if the old image is no record. */
  readonly old?: RegistryRecord | 'unreadable';
  readonly sequenceNumber: string;
}

/** All of a batch's images of one key, folded to the last one. */
export interface Folded extends Change {
  readonly key: RecordKey;
  /** No image changed anything, so no call is needed. */
  readonly unchanged: boolean;
  /** Where the batch has to start again if this key is returned: its first image contains facts that the later ones don't. */
  readonly sequenceNumber: string;
}

/** Per key, in the order in which keys first appear. */
export function fold(images: readonly StreamImage[]): Folded[] {
  const byKey = new Map<string, StreamImage[]>();
  for (const image of images) {
    const key = keyString(image.key);
    const sameKey = byKey.get(key);
    if (sameKey) sameKey.push(image);
    else byKey.set(key, [image]);
  }
  return [...byKey.values()].map(foldKey);
}

function foldKey(images: readonly StreamImage[]): Folded {
  const first = images[0];
  const last = images[images.length - 1];
  return {
    key: last.key,
    record: last.record,
    old: before(images),
    history: historyOf(images),
    createFirst: !first.old || (first.old !== 'unreadable' && first.old.deleted),
    // Not only the first and the last image: a retried batch can contain A -> B and B -> A, and B may have been applied in between.
    unchanged: images.every((image) => image.old !== undefined && image.old !== 'unreadable' && isSame(image.old, image.record)),
    sequenceNumber: first.sequenceNumber,
  };
}

/**
 * The image before the fold, plus all clearable fields of the images in between. A retried batch may have been applied up to any of
 * its images; fields of that image that the last one lacks have to be removed by name.
 */
function before(images: readonly StreamImage[]): RegistryRecord | undefined {
  const { old } = images[0];
  const { kind } = images[images.length - 1].record;
  if (!old || old === 'unreadable' || old.kind !== kind) return undefined;
  const { carry } = kindOf(kind);
  if (!carry) return old;
  const state = images.slice(0, -1).reduce((sum, { record }) => (record.kind === kind ? carry(sum, stateOf(record)) : sum), stateOf(old));
  return { ...old, state } as RegistryRecord;
}

function historyOf(images: readonly StreamImage[]): History {
  const { old } = images[0];
  if (old === 'unreadable') return 'unknown';
  if (old?.deleted) return 'unknown';
  const incarnations = new Set(images.map((image) => incarnationOf(image.record)));
  if (old) incarnations.add(incarnationOf(old));
  if (incarnations.size > 1) return 'unknown';
  // A last step, such as a type's deprecation, can be done and undone within one incarnation, and a crash may have left the destination in between.
  if (images.length > 1 && kindOf(images[0].record.kind).lastStep) return 'unknown';
  // What is observed is written whole: an image in between, which was applied before a crash, can have taken away what both ends have.
  if (images.length > 1 && isObserved(images[0].record.kind)) return 'unknown';
  return old ? 'plain' : 'new';
}

function incarnationOf(record: RegistryRecord): string {
  return incarnationsOf(record).join(' ');
}

function isSame(a: RegistryRecord, b: RegistryRecord): boolean {
  return a.deleted === b.deleted && incarnationOf(a) === incarnationOf(b) && isDeepStrictEqual(stateOf(a), stateOf(b));
}

/**
 * The order of application: stages one after the other, the keys of a stage concurrently. Urgent records come first, then types, groups from the root, things,
 * memberships; deleted groups from the leaves.
 */
export function stagesOf<T extends { readonly record: RegistryRecord }>(changes: readonly T[]): T[][] {
  const stages = new Map<number, T[]>();
  for (const change of changes) {
    const rank = rankOf(change.record);
    const stage = stages.get(rank);
    if (stage) stage.push(change);
    else stages.set(rank, [change]);
  }
  return [...stages.keys()].sort((a, b) => a - b).map((rank) => stages.get(rank)!);
}

function rankOf(record: RegistryRecord): number {
  if (isUrgent(record)) return -1;
  const rank = ENTITY_KINDS.indexOf(record.kind);
  const depth = depthOf(record);
  // AWS allows seven levels of groups: well below a hundred. Deleted groups follow live ones.
  return depth === undefined ? rank : rank + (record.deleted ? 0.9 - depth / 1000 : depth / 1000);
}
