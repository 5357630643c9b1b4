import { AttachThingPrincipalCommand, DetachThingPrincipalCommand, ListThingPrincipalsCommand } from '@aws-sdk/client-iot';
import type { KindReader } from '../../../../src/kinds/handler/kind-reader';
import type { KindRule } from '../../../../src/kinds/handler/kind-rule';
import { setReader, setRule } from '../../../../src/kinds/handler/set';
import { answerTo, found } from '../../../../src/runtime/answers';
import { attachments } from '../attachments';

const calls = {
  kind: attachments.name,
  owner: 'thing',
  async elements(iot, { thingName }) {
    const all: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = found(await answerTo(iot.send(new ListThingPrincipalsCommand({ thingName, nextToken }))));
      all.push(...page?.principals ?? []);
      nextToken = page?.nextToken;
    } while (nextToken);
    return all;
  },
  add: (iot, { thingName }, principal) => answerTo(iot.send(new AttachThingPrincipalCommand({ thingName, principal }))),
  remove: (iot, { thingName }, principal) => answerTo(iot.send(new DetachThingPrincipalCommand({ thingName, principal }))),
} satisfies Parameters<typeof setRule<typeof attachments>>[0];

export const attachmentsReader: KindReader<typeof attachments> = setReader<typeof attachments>(calls);
export const attachmentsRule: KindRule<typeof attachments> = setRule<typeof attachments>(calls);
