/** Megabytes of the functions: what they cost follows from them, so estimates use them too. */
export const MemorySize = {
  /** Of a sweep or drift check. A million entities take less than half of it, see the bench part `memory`: what a step does most of the time is waiting for the quotas. */
  COMPARISON: 512,
  /** Of a sweep or drift check of identities: with a million certificates, policies and sets of things each, records without a listed entity are found in 215 MB, without the SDK. */
  IDENTITY_COMPARISON: 384,
  /** The check of a million certificates in sync takes half of it, the first one, which reads every record, three quarters. */
  CERTIFICATE_CHECK: 384,
  /** A function's share of CPU grows with its memory, and starting it is CPU: the bundle of the replicator is parsed in half the time of 256 MB. */
  REPLICATOR: 512,
} as const;
