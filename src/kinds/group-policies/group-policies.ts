import { Attribute } from '../../record/record';
import { Kind, on, RecordOf } from '../kind';
import { setKind, SetState } from '../set';

/** The names of the policies of a static thing group. */
export const groupPolicies: Kind<'groupPolicies', 'groupName', SetState, 'groupId'> = {
  ...setKind,
  name: 'groupPolicies',
  phase: 'group-policies',
  plural: 'policies of thing groups',
  feature: 'identities',
  after: ['group', 'policy'],
  owners: [{ kind: 'group', attribute: Attribute.GROUP_ID }],
  listedBy: 'group',
  key: { pk: { prefix: 'group', id: 'groupName' }, sk: { prefix: 'policies' } },
  selectedBy: { groupName: 'group' },

  needs: ({ elements }) => elements.map((policyName) => ({ kind: 'policy', policyName })),

  quotas: {
    list: { ListAttachedPolicies: 15 },
    read: { ListAttachedPolicies: 15 },
    missing: { AttachPolicy: 15 },
    different: { AttachPolicy: 15 },
    gone: { DetachPolicy: 15 },
  },
  permissions: {
    read: [on('*', 'ListAttachedPolicies')],
    // IAM authorizes it on the target alone.
    write: [on('*', 'ListAttachedPolicies'), on('thinggroup', 'AttachPolicy', 'DetachPolicy')],
  },
};

export type GroupPoliciesRecord = RecordOf<typeof groupPolicies>;
