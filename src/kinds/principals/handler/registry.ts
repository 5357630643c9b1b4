import {
  AttachThingPrincipalCommand, DetachThingPrincipalCommand, ListPrincipalThingsV2Command, ListThingPrincipalsV2Command, ThingPrincipalType,
} from '@aws-sdk/client-iot';
import { keyString, RecordKey } from '../../../record/record';
import { nameInArn } from '../../../runtime/addressed-iot';
import { Answer, answerTo, found } from '../../../runtime/answers';
import type { IotSender } from '../../../runtime/senders';
import { isPending } from '../../certificate/certificate';
import { KindReader, PAGE_SIZE } from '../../handler/kind-reader';
import { setReader } from '../../handler/set';
import { keyOf } from '../../register';
import { someOf } from '../../set';
import { Attachment, attachmentOf, elementOf, principals } from '../principals';

const reader = setReader<typeof principals>({
  kind: principals.name, owner: 'thing', elements: (iot, { thingName }) => elementsOf(iot, thingName),
});

export const principalsReader: KindReader<typeof principals> = {
  ...reader,
  local: {
    wanted: ({ elements }, _, others) => someOf(elements.filter((each) => !isPending(others.get(certificateKeyOf(each))))),
    counted: ({ elements }, _, others, recorded) => {
      const leftOut = new Set(recorded?.elements.map(certificateKeyOf).filter((key) => isPending(others.get(key))).map(keyString));
      return someOf(elements.filter((each) => others.has(certificateKeyOf(each)) && !leftOut.has(keyString(certificateKeyOf(each)))));
    },
    mentioned: ({ elements }) => elements.map(certificateKeyOf),
  },
};

/** The key of the certificate of an element. One without a record belongs to the destination alone, and stays attached. */
export function certificateKeyOf(element: string): RecordKey {
  return keyOf({ kind: 'certificate', certificateId: attachmentOf(element).certificateId });
}

/** None if the thing does not exist. */
export async function elementsOf(iot: IotSender, thingName: string): Promise<readonly string[]> {
  const elements: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListThingPrincipalsV2Command({ thingName, maxResults: PAGE_SIZE, nextToken }))));
    for (const { principal, thingPrincipalType } of page?.thingPrincipalObjects ?? []) {
      const certificateId = nameInArn(principal!, 'cert');
      const isExclusive = thingPrincipalType === ThingPrincipalType.EXCLUSIVE_THING;
      if (certificateId !== undefined) elements.push(elementOf({ certificateId, isExclusive }));
    }
    nextToken = page?.nextToken || undefined;
  } while (nextToken);
  return elements;
}

export function attach(iot: IotSender, thingName: string, { certificateId, isExclusive }: Attachment): Promise<Answer<unknown>> {
  return answerTo(iot.send(new AttachThingPrincipalCommand({
    thingName,
    principal: `cert/${certificateId}`,
    thingPrincipalType: isExclusive ? ThingPrincipalType.EXCLUSIVE_THING : ThingPrincipalType.NON_EXCLUSIVE_THING,
  })));
}

/** It takes effect some seconds later. */
export function detach(iot: IotSender, thingName: string, { certificateId }: Pick<Attachment, 'certificateId'>): Promise<Answer<unknown>> {
  return answerTo(iot.send(new DetachThingPrincipalCommand({ thingName, principal: `cert/${certificateId}` })));
}

/** Names of the things that a certificate is attached to; none if it does not exist. */
export async function thingsOf(iot: IotSender, certificateId: string): Promise<readonly string[]> {
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = found(await answerTo(iot.send(new ListPrincipalThingsV2Command({ principal: `cert/${certificateId}`, maxResults: PAGE_SIZE, nextToken }))));
    // A sample in the developer guide has an ARN in place of the name.
    names.push(...(page?.principalThingObjects ?? []).map(({ thingName }) => nameInArn(thingName!, 'thing') ?? thingName!));
    nextToken = page?.nextToken || undefined;
  } while (nextToken);
  return names;
}
