import { IoTClient } from '@aws-sdk/client-iot';
import type { Entity, EntityKind } from '../../kinds';
import { PAGE_SIZE } from '../../kinds/handler/kind-reader';
import { readerOf } from '../../kinds/handler/reading';
import type { Ids } from '../../kinds/kind';
import { kindOf, namesOf } from '../../kinds/register';
import type { Clients } from '../clients';
import { CommandError } from '../errors';

/** The id is a SHA-256. https://docs.aws.amazon.com/iot/latest/apireference/API_Certificate.html */
const WHOLE = /^[0-9a-f]{64}$/;
const BEGINNING = /^[0-9a-f]{4,63}$/;
/** Listings have a quota of ten a second, which certificate checks use too. */
const MAX_PAGES = 40;
/** Ids of a message. */
const SHOWN = 5;

/**
 * The entity with its whole id, if it is a certificate that is given by the beginning of its id: a Region is asked which one that is.
 *
 * @throws CommandError if none or several begin so, or if there are too many certificates to look
 */
export async function withWholeId(entity: Entity, clients: Clients, region: string, signal: AbortSignal): Promise<Entity> {
  const { kind } = entity;
  if (!kindOf(kind).isCredential) return entity;
  const [[name, beginning]] = Object.entries(namesOf(entity));
  if (WHOLE.test(beginning)) return entity;
  if (!BEGINNING.test(beginning)) throw new CommandError(`got the ${kind} '${beginning}', expected its id, 64 hexadecimal digits in lower case, or at least the first four`);
  const all = await namesIn(kind, clients, region, signal);
  const found = all.map((names) => names[name]).filter((id) => id.startsWith(beginning));
  if (found.length === 1) return { kind, [name]: found[0] } as unknown as Entity;
  if (found.length === 0) throw new CommandError(`no ${kind} in ${region} has an id that begins with ${beginning}; if it was deleted there, give the whole id`);
  const shown = [...found.slice(0, SHOWN), ...found.length > SHOWN ? ['…'] : []].join(', ');
  throw new CommandError(`${found.length} ${kindOf(kind).plural} in ${region} have ids that begin with ${beginning}, expected one: ${shown}`);
}

async function namesIn(kind: EntityKind, clients: Clients, region: string, signal: AbortSignal): Promise<readonly Ids[]> {
  const iot = clients.of(IoTClient, region);
  const { list } = readerOf(kind);
  const all: Ids[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    signal.throwIfAborted();
    const { items, next } = await list!(iot, cursor);
    all.push(...items.map(namesOf));
    if (next === undefined) return all;
    cursor = next;
  }
  throw new CommandError(`${region} has more than ${MAX_PAGES * PAGE_SIZE} ${kindOf(kind).plural}, too many to look for a beginning: give the whole id`);
}
