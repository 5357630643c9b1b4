import type { KindReader } from '../../handler/kind-reader';
import { Destination, isSelectedPolicy } from '../../handler/local';
import { setReader } from '../../handler/set';
import { attachedTo } from '../../policy/handler/registry';
import { SetState, someOf } from '../../set';
import { groupPolicies } from '../group-policies';

const reader = setReader<typeof groupPolicies>({
  kind: groupPolicies.name, owner: 'group', elements: (iot, { groupName }) => attachedTo(iot, targetOf(groupName)),
});

export const groupPoliciesReader: KindReader<typeof groupPolicies> = { ...reader, local: { wanted: selected, counted: selected } };

function selected({ elements }: SetState, destination: Destination): SetState | undefined {
  return someOf(elements.filter((name) => isSelectedPolicy(name, destination)));
}

export function targetOf(groupName: string): string {
  return `thinggroup/${groupName}`;
}
