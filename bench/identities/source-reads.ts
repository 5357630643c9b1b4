import {
  DescribeCertificateCommand, GetPolicyCommand, ListAttachedPoliciesCommand, ListCertificatesCommand, ListPoliciesCommand,
  ListTargetsForPolicyCommand, ListThingPrincipalsV2Command,
} from '@aws-sdk/client-iot';
import { ACCOUNT_ID } from './config';
import { FleetCertificate, IdentityFleet } from './identity-fleet';
import { nameInArn } from '../../src/runtime/addressed-iot';
import { Fleet } from '../comparison/fleet';
import { MoreReads } from '../comparison/source';
import { SOURCE_REGION } from '../comparison/stored';

/** How a registry with the identities of a fleet answers. @param region of the registry, which documents of policies name */
export function readsOf(fleet: Fleet, identities: IdentityFleet, region: string = SOURCE_REGION): MoreReads {
  const page = <T>(size: number, marker: string | undefined, limit: number, at: (i: number) => T) => {
    const from = Number(marker ?? 0);
    const to = Math.min(from + limit, size);
    return { items: Array.from({ length: to - from }, (_, i) => at(from + i)), next: to < size ? String(to) : undefined };
  };
  return new Map<unknown, readonly [string, (input: never) => object]>([
    [ListCertificatesCommand, ['ListCertificates', ({ marker, pageSize }: ListCertificatesCommand['input']) => {
      const { items, next } = page(identities.size, marker, pageSize!, (i) => listed(identities.certificate(i)));
      return { certificates: items, nextMarker: next };
    }]],
    [DescribeCertificateCommand, ['DescribeCertificate', ({ certificateId }: DescribeCertificateCommand['input']) => {
      const there = existing(identities.certificateNamed(certificateId!));
      return { certificateDescription: { ...listed(there), certificatePem: there.pem } };
    }]],
    [ListAttachedPoliciesCommand, ['ListAttachedPolicies', ({ target }: ListAttachedPoliciesCommand['input']) => {
      const certificateId = nameInArn(target!, 'cert');
      return { policies: certificateId === undefined ? [] : [{ policyName: existing(identities.certificateNamed(certificateId)).policyName }] };
    }]],
    [ListTargetsForPolicyCommand, ['ListTargetsForPolicy', ({ policyName, marker, pageSize }: ListTargetsForPolicyCommand['input']) => {
      const arnOf = (i: number) => `arn:aws:iot:${region}:${ACCOUNT_ID}:cert/${identities.certificate(i).certificateId}`;
      const { first, count } = existing(identities.certificatesWith(policyName!));
      const { items, next } = page(count, marker, pageSize!, (i) => arnOf(first + i));
      return { targets: items, nextMarker: next };
    }]],
    [ListPoliciesCommand, ['ListPolicies', ({ marker, pageSize }: ListPoliciesCommand['input']) => {
      const { items, next } = page(identities.policyCount, marker, pageSize!, (i) => ({ policyName: identities.policyName(i) }));
      return { policies: items, nextMarker: next };
    }]],
    [GetPolicyCommand, ['GetPolicy', ({ policyName }: GetPolicyCommand['input']) => ({
      policyName: existing(identities.hasPolicy(policyName!) ? policyName : undefined), policyDocument: identities.documentOf(policyName!, region), defaultVersionId: '1', creationDate: CREATED, generationId: 'first',
    })]],
    [ListThingPrincipalsV2Command, ['ListThingPrincipalsV2', ({ thingName }: ListThingPrincipalsV2Command['input']) => {
      const { certificateId } = identities.certificateOfThing(fleet.numberOf(existing(fleet.thingNamed(thingName!)).thingName));
      const principal = `arn:aws:iot:${region}:${ACCOUNT_ID}:cert/${certificateId}`;
      return { thingPrincipalObjects: [{ principal, thingPrincipalType: 'NON_EXCLUSIVE_THING' }] };
    }]],
  ]);
}

/** Long before any sweep. */
const CREATED = new Date(1_700_000_000_000);

function listed({ certificateId, status, registeredAt }: FleetCertificate): object {
  return { certificateId, status, creationDate: new Date(registeredAt), certificateMode: 'DEFAULT' };
}

function existing<T>(there: T | undefined): T {
  if (there === undefined) throw Object.assign(new Error('there is no such resource'), { name: 'ResourceNotFoundException' });
  return there;
}
