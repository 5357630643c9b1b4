/** What is replicated only where the user switches it on. Without it, nothing that is deployed knows its kinds. */
export type Feature = 'identities';
