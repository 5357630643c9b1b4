import type { Tag } from '@aws-sdk/client-iot';
import { failure } from './errors';
import type { Handlers } from './operations';
import { byName, type Context } from './state';
import { validText } from './validation';

type TagOperation = 'TagResource' | 'UntagResource' | 'ListTagsForResource';

/** Tags of policies and of certificates of authorities. Things and certificates have none at AWS; what else has is not simulated. */
export function tagOperations(context: Context): Handlers<TagOperation> {
  return {
    TagResource: (input) => {
      setTags(context, tagsOf(context, input.resourceArn), input.tags);
      return {};
    },
    UntagResource: (input) => {
      const tags = tagsOf(context, input.resourceArn);
      for (const key of input.tagKeys ?? []) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input) => ({ tags: [...tagsOf(context, input.resourceArn)].map(([Key, Value]) => ({ Key, Value })) }),
  };
}

export function setTags({ limits }: Context, tags: Map<string, string>, given: readonly Tag[] = []): void {
  const keys = new Set([...tags.keys(), ...given.map(({ Key }) => validText('tags.Key', Key))]);
  if (keys.size > limits.tagsPerResource) throw failure.LimitExceeded(`A resource has at most ${limits.tagsPerResource} tags.`);
  for (const { Key, Value } of given) tags.set(Key!, Value ?? '');
}

function tagsOf(context: Context, resourceArn: string | undefined): Map<string, string> {
  const arn = validText('resourceArn', resourceArn);
  const policyName = context.arns.idIn(arn, 'policy');
  if (policyName !== undefined) return byName.policy(context, policyName).tags;
  const authorityId = context.arns.idIn(arn, 'cacert');
  if (authorityId !== undefined) return byName.authority(context, authorityId).tags;
  throw failure.InvalidRequest(`Resources like ${arn} cannot be tagged.`);
}
