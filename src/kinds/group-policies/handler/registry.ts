import type { KindReader } from '../../handler/kind-reader';
import { setReader } from '../../handler/set';
import { attachedTo } from '../../policy/handler/registry';
import { groupPolicies } from '../group-policies';

export const groupPoliciesReader: KindReader<typeof groupPolicies> = setReader<typeof groupPolicies>({
  kind: groupPolicies.name, owner: 'group', elements: (iot, { groupName }) => attachedTo(iot, targetOf(groupName)),
});

export function targetOf(groupName: string): string {
  return `thinggroup/${groupName}`;
}
