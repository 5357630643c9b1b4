import type { Step } from './history';
import { arnOf, certificateOf } from './identity-operations';
import type { Input, Operation } from './registry';

/** Operations of hand-written histories, ten milliseconds apart. */
function operation<O extends Operation>(call: O, input: Input<O>, after = 10): Step {
  return { after, call, input: input as Step['input'] };
}

/** The same operation in the millisecond of the one before. */
export function atOnce(step: Step): Step {
  return { ...step, after: 0 };
}

/** The same operation so much later, in milliseconds. */
export function later(step: Step, after: number): Step {
  return { ...step, after };
}

type Attributes = Record<string, string>;

const ALLOWS_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}';

export const thing = {
  create: (thingName: string, attributes: Attributes = { a: '1' }, thingTypeName?: string) => operation('CreateThing', { thingName, thingTypeName, attributePayload: { attributes } }),
  update: (thingName: string, attributes: Attributes, thingTypeName?: string) => operation('UpdateThing', { thingName, thingTypeName, attributePayload: { attributes, merge: false } }),
  retype: (thingName: string, thingTypeName: string) => operation('UpdateThing', { thingName, thingTypeName }),
  untype: (thingName: string) => operation('UpdateThing', { thingName, removeThingType: true }),
  /** Both ways at once, so that it clears in a world of either fact. */
  clear: (thingName: string, ...names: string[]) => operation('UpdateThing', { thingName, attributePayload: { attributes: Object.fromEntries(names.map((name) => [name, ''])), merge: true } }),
  delete: (thingName: string) => operation('DeleteThing', { thingName }),
};

export const group = {
  create: (thingGroupName: string, parentGroupName?: string, attributes: Attributes = { a: '1' }, thingGroupDescription?: string) =>
    operation('CreateThingGroup', { thingGroupName, parentGroupName, thingGroupProperties: { thingGroupDescription, attributePayload: { attributes } } }),
  update: (thingGroupName: string, attributes: Attributes, thingGroupDescription?: string) =>
    operation('UpdateThingGroup', { thingGroupName, thingGroupProperties: { thingGroupDescription, attributePayload: { attributes, merge: false } } }),
  clear: (thingGroupName: string, ...names: string[]) => operation('UpdateThingGroup', { thingGroupName, thingGroupProperties: { attributePayload: { attributes: Object.fromEntries(names.map((name) => [name, ''])), merge: true } } }),
  describe: (thingGroupName: string, thingGroupDescription: string | undefined) => operation('UpdateThingGroup', { thingGroupName, thingGroupProperties: { thingGroupDescription } }),
  delete: (thingGroupName: string) => operation('DeleteThingGroup', { thingGroupName }),
  createDynamic: (thingGroupName: string) => operation('CreateDynamicThingGroup', { thingGroupName, queryString: 'attributes.a:1' }),
  deleteDynamic: (thingGroupName: string) => operation('DeleteDynamicThingGroup', { thingGroupName }),
  add: (thingName: string, thingGroupName: string) => operation('AddThingToThingGroup', { thingName, thingGroupName }),
  remove: (thingName: string, thingGroupName: string) => operation('RemoveThingFromThingGroup', { thingName, thingGroupName }),
  match: (thingName: string, thingGroupName: string, matches = true): Step => ({ after: 10, call: 'Match', input: { thingName, thingGroupName, matches } }),
};

const propagating = (keys: readonly string[]) => ({ propagatingAttributes: keys.map((key) => ({ userPropertyKey: key, thingAttribute: 'a' })) });

export const type = {
  create: (thingTypeName: string, searchableAttributes: string[] = [], propagates: string[] = []) =>
    operation('CreateThingType', { thingTypeName, thingTypeProperties: { searchableAttributes, mqtt5Configuration: propagates.length > 0 ? propagating(propagates) : undefined } }),
  propagate: (thingTypeName: string, ...keys: string[]) => operation('UpdateThingType', { thingTypeName, thingTypeProperties: { mqtt5Configuration: propagating(keys) } }),
  deprecate: (thingTypeName: string) => operation('DeprecateThingType', { thingTypeName }),
  undeprecate: (thingTypeName: string) => operation('DeprecateThingType', { thingTypeName, undoDeprecate: true }),
  /** Once the five minutes are over. */
  delete: (thingTypeName: string) => operation('DeleteThingType', { thingTypeName }, 5 * 60_000 + 1),
};

/** Certificates have names here; they stand for what is the same in each run. */
export const certificate = {
  /** As CreateKeysAndCertificate and fleet provisioning do; pending, as the first connection of a device does. */
  issue: (name: string, status: 'ACTIVE' | 'INACTIVE' | 'PENDING_ACTIVATION' = 'ACTIVE'): Step => ({ after: 10, call: 'Issue', input: { certificatePem: certificateOf(name).pem, status } }),
  register: (name: string, status: 'ACTIVE' | 'INACTIVE' | 'REVOKED' = 'ACTIVE') => operation('RegisterCertificateWithoutCA', { certificatePem: certificateOf(name).pem, status }),
  update: (name: string, newStatus: 'ACTIVE' | 'INACTIVE' | 'REVOKED') => operation('UpdateCertificate', { certificateId: certificateOf(name).id, newStatus }),
  transfer: (name: string) => operation('TransferCertificate', { certificateId: certificateOf(name).id, targetAwsAccount: '444455556666' }),
  delete: (name: string) => operation('DeleteCertificate', { certificateId: certificateOf(name).id, forceDelete: true }),
  attach: (name: string, thingName: string, isExclusive = false) => operation('AttachThingPrincipal', {
    thingName, principal: arnOf('cert', certificateOf(name).id), thingPrincipalType: isExclusive ? 'EXCLUSIVE_THING' : 'NON_EXCLUSIVE_THING',
  }),
  detach: (name: string, thingName: string) => operation('DetachThingPrincipal', { thingName, principal: arnOf('cert', certificateOf(name).id) }),
};

export const policy = {
  create: (policyName: string, policyDocument = ALLOWS_ALL) => operation('CreatePolicy', { policyName, policyDocument }),
  change: (policyName: string, policyDocument: string) => operation('CreatePolicyVersion', { policyName, policyDocument, setAsDefault: true }),
  /** Once its detachment is over. */
  delete: (policyName: string) => operation('DeletePolicy', { policyName }, 5 * 60_000 + 1),
  attach: (policyName: string, name: string) => operation('AttachPolicy', { policyName, target: arnOf('cert', certificateOf(name).id) }),
  detach: (policyName: string, name: string) => operation('DetachPolicy', { policyName, target: arnOf('cert', certificateOf(name).id) }),
  attachToGroup: (policyName: string, thingGroupName: string) => operation('AttachPolicy', { policyName, target: arnOf('thinggroup', thingGroupName) }),
  detachFromGroup: (policyName: string, thingGroupName: string) => operation('DetachPolicy', { policyName, target: arnOf('thinggroup', thingGroupName) }),
};
