/** About the parts: which check wrote them. */
export const KNOWN_HEAD_KEY = 'latest/certificates.json';

/** Before the digit of a part, and after it. */
export const KNOWN_PART = { BEGINS: 'latest/certificates-', ENDS: '.txt' } as const;

/** All objects in which checks keep what they know. No lifecycle rule deletes them. */
export const KNOWN_KEYS = 'latest/certificates*';
