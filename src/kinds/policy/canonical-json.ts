/** JSON without white space and with sorted keys: documents that differ in these only are the same. The order of lists counts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isMap(each) ? Object.fromEntries(Object.entries(each).sort(byKey)) : each));
}

/**
 * Whether an object of a document has a key twice: JSON.parse keeps the last, and which of them counts in a policy is not defined.
 *
 * @throws SyntaxError if it is not JSON
 */
export function hasKeyTwice(document: string): boolean {
  let keys = 0;
  JSON.parse(document, (_, member: unknown) => {
    if (isMap(member)) keys += Object.keys(member).length;
    return member;
  });
  // Strings before a colon.
  return [...document.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length !== keys;
}

/** Whether two documents are equal as canonical JSON. One that is not JSON, or has a key twice, equals none but the same text. */
export function isSameDocument(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return !hasKeyTwice(one) && !hasKeyTwice(other) && canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A document without white space outside of its strings, as AWS IoT counts it; as it is if it is not JSON. It keeps every key, also one that is there twice. */
export function withoutWhiteSpace(document: string): string {
  try {
    JSON.parse(document);
  } catch (error) {
    if (error instanceof SyntaxError) return document;
    throw error;
  }
  return document.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  return one < other ? -1 : 1;
}
