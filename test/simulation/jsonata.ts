import sandboxed from 'jsonata';

/** The one that the test environment `environment.ts` brings along is quicker. */
const { hostJsonata: jsonata = sandboxed } = globalThis as { readonly hostJsonata?: typeof sandboxed };

export default jsonata;
