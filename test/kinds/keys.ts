import { keyOf as keyOfEntity } from '../../src/kinds/register';
import type { RecordKey } from '../../src/record/record';

/** Keys by the names in them. */
export const keyOf = {
  thing: (thingName: string): RecordKey => keyOfEntity({ kind: 'thing', thingName }),
  membership: (thingName: string, groupName: string): RecordKey => keyOfEntity({ kind: 'membership', thingName, groupName }),
  group: (groupName: string): RecordKey => keyOfEntity({ kind: 'group', groupName }),
  type: (typeName: string): RecordKey => keyOfEntity({ kind: 'type', typeName }),
};
