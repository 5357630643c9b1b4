import { Records } from './records';
import { Registry } from './registry';
import { parseKey, RecordKey } from '../../record/record';

/**
 * Whether what keys wait for is in the registry and can be used, by whomever it was made. One registry call, for whatever has no record too: somebody may
 * have made it by hand.
 */
export async function isUsable(key: RecordKey, registry: Registry, records: Records): Promise<boolean> {
  const entity = parseKey(key);
  switch (entity.kind) {
    case 'thing': return await registry.describeThing(entity.thingName) !== undefined;
    case 'group': return await registry.describeGroup(entity.groupName) !== undefined;
    // A membership is nobody's prerequisite: it waits for itself.
    case 'membership': return true;
    case 'type': {
      const there = await registry.describeType(entity.typeName);
      if (!there?.deprecated) return there !== undefined;
      // AWS takes no new things of a deprecated type, and things open it where the source has it deprecated too.
      const record = await records.get(key);
      return record?.kind === 'type' && !record.deleted && record.state.deprecated;
    }
  }
}
