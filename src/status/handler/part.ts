/** What the status judges on its own. Each part has its sweeps and drift checks, and gaps that only these end. */
export const PARTS = ['registry', 'identities'] as const;
export type Part = (typeof PARTS)[number];

/** How reasons name a part: the prefix of their codes, and what its runs are called. */
export interface PartWords {
  readonly prefix: '' | 'IDENTITY_';
  readonly sweep: string;
  readonly driftCheck: string;
}

export const WORDS: Readonly<Record<Part, PartWords>> = {
  registry: { prefix: '', sweep: 'sweep', driftCheck: 'drift check' },
  identities: { prefix: 'IDENTITY_', sweep: 'sweep of certificates and policies', driftCheck: 'drift check of certificates and policies' },
};
