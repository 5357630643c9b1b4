import type { RecordKey } from '../../../record/record';
import { nameInArn } from '../../../runtime/addressed-iot';
import { keyOf } from '../../register';

/** What has a policy, in words without its name. */
export interface Holder {
  readonly is: string;
  /** Of the record that says which policies it is to have; absent for what is never replicated. */
  readonly key?: RecordKey;
}

export function holderOf(target: string): Holder {
  const certificateId = nameInArn(target, 'cert');
  if (certificateId !== undefined) return { is: 'a certificate', key: keyOf({ kind: 'certificate', certificateId }) };
  const groupName = nameInArn(target, 'thinggroup');
  if (groupName !== undefined) return { is: 'a thing group', key: keyOf({ kind: 'groupPolicies', groupName }) };
  return { is: target.startsWith('arn:') ? 'something else' : 'a Cognito identity' };
}
