import type { EntityKind, RegistryRecord } from '..';
import type { Feature } from '../../record/feature';
import type { RecordKey } from '../../record/record';
import type { CertificateRecord } from '../certificate/certificate';
import type { Relocation } from '../policy/handler/rewrite';
import { kindOf } from '../register';

/** What the rules of identities know of their destination. */
export interface Identities {
  /** What is replicated here beside things, groups and types. */
  readonly features: readonly Feature[];
  /** From the source, which marks the policies that were created here, to this Region. */
  readonly relocation: Relocation;
  /** Whether policies that others have created are overwritten. */
  readonly adoptsPolicies: boolean;
  /** Prefixes of the names of policies that are replicated; absent means any name. Attachments of others are left alone. */
  readonly policyPrefixes?: readonly string[];
  /** Looks that found a policy to be as recorded, or are under way, by revision. An invocation has its own. */
  readonly verified: Map<string, Promise<void>>;
  readonly writes: Writes;
  readonly revocations: Revocations;
  readonly omissions: Omissions;
}

/** Writes that no slow write of an older record may undo; see `Fence`. A call has to pass its signal on. */
export interface Writes {
  /** @throws WaitingError if the record is not the newest one any more */
  inTurn<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T>;
  /** For what takes access away: the call is made even if nobody can be told of it. @throws as `inTurn` */
  atOnce<T>(record: RegistryRecord, call: (signal?: AbortSignal) => Promise<T>): Promise<T>;
  /** Call it before the looks that are to show that the destination is as a record says: if somebody else enters afterwards, they do not. */
  beginLook(record: RegistryRecord): Promise<void>;
  /**
   * Notes that the destination is as a record says in every respect. Call it last, and not because of a read that may lag. Nothing is noted while others may write an older record,
   * nor if nothing was written and no look was begun.
   *
   * @param old the record before, if only what differs from it was applied: then nothing is noted unless that one was
   */
  noteApplied(record: RegistryRecord, old?: RegistryRecord): Promise<void>;
  /**
   * Whether a record is the last one that was applied as a whole, with the settings of today, and nobody has begun to apply another since. So nothing of it has to be looked at:
   * no retry is pending, and only somebody else can have changed it since, which drift checks find.
   */
  wasApplied(record: RegistryRecord): Promise<boolean>;
  /** Call it where a look has shown that the destination is not as noted, and it stays so for now: then nothing of the entity counts as applied. */
  forgetApplied(record: RegistryRecord): Promise<void>;
}

/** Which incarnation of a certificate was revoked in the destination. */
export interface Revocations {
  /** Call it before a revocation. */
  note(record: CertificateRecord): Promise<void>;
  /** Whether the last one that was revoked is another one than the record's. */
  isOfEarlier(record: CertificateRecord): Promise<boolean>;
  /** Call it once the certificate was deleted. */
  forget(record: CertificateRecord): Promise<void>;
}

/**
 * Sets that were applied without a certificate that nobody has admitted in the source. Nothing of them waits: they are as they can be, for months if need be, and are applied again
 * once the certificate is.
 */
export interface Omissions {
  /**
   * Notes that a set is applied without a certificate. Call it once the record of the certificate was read through `readings`: it is read again afterwards, so either that read shows
   * that the certificate was admitted meanwhile, or whoever applies that record finds the note.
   */
  note(certificate: RecordKey, set: RecordKey): Promise<void>;
  /** Sends the sets that were applied without a certificate to be applied again. Call it once a record that admits or ends the certificate was applied. */
  end(certificate: RecordKey): Promise<void>;
}

/** A record of a kind that is not replicated in its destination, or not any more. */
export class NotReplicatedError extends Error {
  public readonly name = 'NotReplicated';
  constructor(kind: EntityKind, why = 'that is not replicated here') {
    super(`got a record of the kind ${kind}, expected none: ${why}`);
  }
}

/** Whether a destination replicates entities of a kind. @param identities absent where identities are not replicated */
export function replicates(identities: Pick<Identities, 'features'> | undefined, kind: EntityKind): boolean {
  const { feature } = kindOf(kind);
  return feature === undefined || (identities?.features.includes(feature) ?? false);
}

/** @throws Error in a rule of a kind that is not replicated here, which is not called */
export function identitiesOf({ identities }: { readonly identities?: Identities }): Identities {
  if (!identities) throw new Error('identities are not replicated here');
  return identities;
}

/**
 * Notes that the destination is as a record says, for the next change, unless that relies on a read that may lag.
 *
 * @param old as for `Writes.noteApplied`
 */
export async function noteIfSure(
  record: RegistryRecord, context: { readonly identities?: Identities; readonly isSure: () => boolean }, old?: RegistryRecord,
): Promise<void> {
  if (context.isSure()) await identitiesOf(context).writes.noteApplied(record, old);
}
