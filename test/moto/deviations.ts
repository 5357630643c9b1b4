import { isDeepStrictEqual } from 'node:util';
import {
  CreateThingCommand, CreateThingTypeCommand, DeleteThingTypeCommand, DescribeThingCommand, DescribeThingTypeCommand, InvalidRequestException,
  ListThingsCommand, ResourceAlreadyExistsException, ResourceNotFoundException,
} from '@aws-sdk/client-iot';
import { Registry } from '../../demo/registry-reader';
import { IotSender } from '../../src/runtime/senders';

/**
 * Refuses, in front of moto, what AWS documents as refused and moto lets pass: creations that would overwrite, and the deletion of a type that
 * is not deprecated or that things have. Whatever is not refused is moto's.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingType.html
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteThingType.html
 */
export function withRefusals(iot: IotSender): IotSender {
  const send = async (command: Parameters<IotSender['send']>[0], options?: { abortSignal?: AbortSignal }): Promise<unknown> => {
    if (command instanceof CreateThingCommand) {
      const { thingName, thingTypeName, attributePayload } = command.input;
      const there = await foundOrNot(iot.send(new DescribeThingCommand({ thingName })));
      if (!there) return iot.send(command, options);
      return sameOrRefused(there, { thingTypeName: there.thingTypeName, attributes: there.attributes ?? {} }, { thingTypeName, attributes: attributePayload?.attributes ?? {} });
    }
    if (command instanceof CreateThingTypeCommand) {
      const { thingTypeName, thingTypeProperties } = command.input;
      const there = await foundOrNot(iot.send(new DescribeThingTypeCommand({ thingTypeName })));
      if (!there) return iot.send(command, options);
      return sameOrRefused(there, without(there.thingTypeProperties), without(thingTypeProperties));
    }
    if (command instanceof DeleteThingTypeCommand) {
      const { thingTypeName } = command.input;
      const there = await foundOrNot(iot.send(new DescribeThingTypeCommand({ thingTypeName })));
      const { things } = await iot.send(new ListThingsCommand({ thingTypeName, maxResults: 1 }));
      if (there && (!there.thingTypeMetadata?.deprecated || things?.length)) throw new InvalidRequestException({ message: `Thing type ${thingTypeName} can't be deleted.`, $metadata: { httpStatusCode: 400 } });
    }
    return iot.send(command, options);
  };
  return { send: send as IotSender['send'] };
}

async function foundOrNot<T>(description: Promise<T>): Promise<T | undefined> {
  try {
    return await description;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

function sameOrRefused<T>(answer: T, there: object, wanted: object): T {
  if (isDeepStrictEqual(there, wanted)) return answer;
  throw new ResourceAlreadyExistsException({ message: 'It exists with different properties.', $metadata: { httpStatusCode: 409 } });
}

/** Without what is not set, which requests and answers put differently. */
function without(properties: object = {}): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/**
 * A registry as moto shows it, without what AWS would not have kept: members that are no things any more, and attributes of groups that were
 * removed by an empty value.
 */
export function withoutLeftovers(registry: Registry): Registry {
  const groups = Object.entries(registry.groups).map(([name, group]) => [name, {
    ...group,
    members: group.members.filter((member) => member in registry.things),
    attributes: Object.fromEntries(Object.entries(group.attributes).filter(([, value]) => value !== '')),
  }] as const);
  return { ...registry, groups: Object.fromEntries(groups) };
}
