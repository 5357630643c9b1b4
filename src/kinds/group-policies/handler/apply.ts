import { groupPoliciesReader, targetOf } from './registry';
import type { ApplyContext, Change } from '../../handler/apply-context';
import { applyDependant } from '../../handler/dependant';
import { identitiesOf, noteIfSure } from '../../handler/identities';
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
    const { writes } = identitiesOf(context);
    return applyDependant(record, context, {
      put: async () => {
        const before = history === 'plain' ? old : undefined;
        // Unless that one was applied as a whole, the group may lack a policy that restricts it, or have one that it is to lose.
        if (before && await writes.wasApplied(before)) {
          await match(before.state.elements, state.elements);
          return noteIfSure(record, context, before);
        }
        if (createFirst && !before) {
          await match([], state.elements);
          // Nothing that denies is missing. What else is attached, by somebody else or for an earlier set, is looked for later.
          await writes.noteApplied(record);
          return context.restsOnLook();
        }
        await writes.beginLook(record);
        await match(await present(), state.elements);
        return noteIfSure(record, context);
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
