import { attach, certificateKeyOf, detach, elementsOf, principalsReader } from './registry';
import { Answer, errorOf, WaitingError } from '../../../runtime/answers';
import { isResourceLimit } from '../../../runtime/paced-iot';
import type { IotSender } from '../../../runtime/senders';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { applyDependant } from '../../handler/dependant';
import type { KindRule } from '../../handler/kind-rule';
import { keyOf } from '../../register';
import { Attachment, attachmentOf, principals, PrincipalsRecord } from '../principals';

export const principalsRule: KindRule<typeof principals> = {
  ...principalsReader,
  apply: async (change: Change<PrincipalsRecord>, context: ApplyContext) => {
    const { record, history, old } = change;
    const { thingName, state } = record;
    // A certificate without a record belongs to the destination alone, whatever it is attached to.
    const present = async () => {
      context.restsOnLook();
      const elements = await elementsOf(context.iot, thingName);
      const named = new Set(state.elements.map(idOf));
      const isKnown = await Promise.all(elements.map(async (each) => named.has(idOf(each)) || context.hasRecord(certificateKeyOf(each))));
      return elements.filter((_, i) => isKnown[i]);
    };
    return applyDependant(record, context, {
      put: async () => match(thingName, history === 'plain' && old ? old.state.elements : await present(), state.elements, context),
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

/** What is too much is detached first: a certificate that is attached to one thing exclusively can be attached to another one only afterwards, or again with another type. */
async function match(thingName: string, before: readonly string[], wanted: readonly string[], { iot }: ApplyContext): Promise<void> {
  for (const element of before.filter((each) => !wanted.includes(each))) {
    const answer = await detach(iot, thingName, attachmentOf(element));
    // If thing or certificate are gone, so is the attachment.
    if (answer.is === 'refused') throw errorOf(answer);
  }
  let refusal: WaitingError | undefined;
  for (const element of wanted.filter((each) => !before.includes(each))) {
    const attachment = attachmentOf(element);
    const answer = await attachIfPossible(iot, thingName, attachment);
    if (answer.is === 'notFound') {
      const { certificateId } = attachment;
      refusal ??= new WaitingError('its thing or a certificate does not exist yet', [keyOf({ kind: 'certificate', certificateId }), keyOf({ kind: 'thing', thingName })]);
    } else if (answer.is !== 'done') {
      refusal ??= new WaitingError(`a certificate can't be attached now, probably because it is attached exclusively elsewhere: ${errorOf(answer).message}`);
    }
  }
  if (refusal) throw refusal;
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
