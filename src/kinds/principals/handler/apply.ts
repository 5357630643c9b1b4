import { attach, certificateKeyOf, detach, elementsOf, principalsReader } from './registry';
import { Answer, errorOf, WaitingError } from '../../../runtime/answers';
import { isResourceLimit } from '../../../runtime/paced-iot';
import type { IotSender } from '../../../runtime/senders';
import { isPending } from '../../certificate/certificate';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { applyDependant } from '../../handler/dependant';
import { identitiesOf } from '../../handler/identities';
import type { KindRule } from '../../handler/kind-rule';
import { keyOf } from '../../register';
import { Attachment, attachmentOf, principals, PrincipalsRecord } from '../principals';

export const principalsRule: KindRule<typeof principals> = {
  ...principalsReader,
  apply: async (change: Change<PrincipalsRecord>, context: ApplyContext) => {
    const { record, history, old, createFirst } = change;
    const { thingName, state } = record;
    // A certificate without a record belongs to the destination alone, whatever it is attached to.
    const present = async () => {
      context.restsOnLook();
      const elements = await elementsOf(context.iot, thingName);
      const named = new Set(state.elements.map(idOf));
      const hasRecord = async (element: string) => await context.recordOf(certificateKeyOf(element)) !== undefined;
      const isKnown = await Promise.all(elements.map(async (each) => named.has(idOf(each)) || hasRecord(each)));
      return elements.filter((_, i) => isKnown[i]);
    };
    return applyDependant(record, context, {
      put: async () => {
        const leftOut = await leaveOut(record, context);
        // What is left out stays as it is, too: by provisioning of its own, a destination may have it.
        const admitted = (elements: readonly string[]) => elements.filter((each) => !leftOut.has(idOf(each)));
        const wanted = admitted(state.elements);
        if (history === 'plain' && old) return match(thingName, admitted(old.state.elements), wanted, context);
        if (createFirst && await hasAttached(thingName, wanted, context)) return undefined;
        return match(thingName, admitted(await present()), wanted, context);
      },
      remove: async (isDeletion) => {
        const there = await present();
        if (there.length === 0) return;
        if (isDeletion) await context.admitDeletion();
        await match(thingName, there, [], context);
      },
    });
  },
};

function idOf(element: string): string {
  return attachmentOf(element).certificateId;
}

/** @returns the ids of the certificates that nobody has admitted in the source: their copies come once somebody has, and then the set is applied again */
async function leaveOut(record: PrincipalsRecord, { readings, identities }: Pick<ApplyContext, 'readings' | 'identities'>): Promise<ReadonlySet<string>> {
  const { omissions } = identitiesOf({ identities });
  const leftOut = await Promise.all(record.state.elements.map(async (element) => {
    const key = certificateKeyOf(element);
    if (!isPending(await readings.read(key))) return [];
    await omissions.note(key, keyOf(record));
    return [idOf(element)];
  }));
  return new Set(leftOut.flat());
}

/**
 * Attaches a set of which probably nothing was applied before. What else is attached, by somebody else or for an earlier set, is looked for later: that call has a fifth of the
 * quota of this one, and a set that comes before its certificates would need it with each try.
 *
 * @returns false if AWS refuses one, which may depend on what is attached
 * @throws WaitingError if thing or certificate do not exist yet
 */
async function hasAttached(thingName: string, wanted: readonly string[], context: ApplyContext): Promise<boolean> {
  const { missing, refusal } = await attachAll(thingName, wanted, context);
  if (refusal) return false;
  if (missing) throw missing;
  context.restsOnLook();
  return true;
}

/** What is too much is detached first: a certificate that is attached to one thing exclusively can be attached to another one only afterwards, or again with another type. */
async function match(thingName: string, before: readonly string[], wanted: readonly string[], { iot, restsOnLook }: ApplyContext): Promise<void> {
  const surplus = before.filter((each) => !wanted.includes(each));
  // A detachment "might take several seconds", and whether it ends what is attached meanwhile, here or by the next change, is not documented.
  // https://docs.aws.amazon.com/iot/latest/apireference/API_DetachThingPrincipal.html
  if (surplus.length > 0) restsOnLook();
  for (const element of surplus) {
    const answer = await detach(iot, thingName, attachmentOf(element));
    // If thing or certificate are gone, so is the attachment.
    if (answer.is === 'refused') throw errorOf(answer);
  }
  const { missing, refusal } = await attachAll(thingName, wanted.filter((each) => !before.includes(each)), { iot });
  if (missing ?? refusal) throw missing ?? refusal;
}

/** @returns what keeps elements from being attached: the first that is missing, and the first refusal */
async function attachAll(
  thingName: string, elements: readonly string[], { iot }: Pick<ApplyContext, 'iot'>,
): Promise<{ readonly missing?: WaitingError; readonly refusal?: WaitingError }> {
  let missing: WaitingError | undefined;
  let refusal: WaitingError | undefined;
  for (const element of elements) {
    const attachment = attachmentOf(element);
    const answer = await attachIfPossible(iot, thingName, attachment);
    if (answer.is === 'notFound') {
      const { certificateId } = attachment;
      missing ??= new WaitingError('its thing or a certificate does not exist yet', [keyOf({ kind: 'certificate', certificateId }), keyOf({ kind: 'thing', thingName })]);
    } else if (answer.is !== 'done') {
      refusal ??= new WaitingError(`a certificate can't be attached now, probably because it is attached exclusively elsewhere: ${errorOf(answer).message}`);
    }
  }
  return { missing, refusal };
}

/** AWS does not document how it refuses a certificate that is attached exclusively elsewhere, or here with another type: it may be a limit. */
async function attachIfPossible(iot: IotSender, thingName: string, attachment: Attachment): Promise<Answer<unknown>> {
  try {
    return await attach(iot, thingName, attachment);
  } catch (error) {
    if (!isResourceLimit(error)) throw error;
    return { is: 'refused', error: error as Error };
  }
}
