import { groupPoliciesReader, targetOf } from './registry';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { applyDependant } from '../../handler/dependant';
import type { KindRule } from '../../handler/kind-rule';
import { matchPolicies } from '../../handler/policy-set';
import { attachedTo } from '../../policy/handler/registry';
import { keyOf } from '../../register';
import type { groupPolicies, GroupPoliciesRecord } from '../group-policies';

export const groupPoliciesRule: KindRule<typeof groupPolicies> = {
  ...groupPoliciesReader,
  apply: async ({ record, history, old, createFirst }: Change<GroupPoliciesRecord>, context: ApplyContext) => {
    const { groupName, state } = record;
    const match = (before: readonly string[], wanted: readonly string[]) => (
      matchPolicies({ record, target: targetOf(groupName), owners: [keyOf({ kind: 'group', groupName })], before, wanted }, context)
    );
    const present = () => {
      context.restsOnLook();
      return attachedTo(context.iot, targetOf(groupName));
    };
    return applyDependant(record, context, {
      put: async () => {
        if (history === 'plain' && old) return match(old.state.elements, state.elements);
        if (!createFirst) return match(await present(), state.elements);
        await match([], state.elements);
        // What else is attached, by somebody else or for an earlier set, is looked for later.
        return context.restsOnLook();
      },
      remove: async (isDeletion) => {
        const there = await present();
        if (there.length === 0) return;
        if (isDeletion) await context.admitDeletion();
        await match(there, []);
      },
    });
  },
};
