/** JSON without white space and with sorted keys: documents that differ in these only are the same. The order of lists counts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isMap(each) ? Object.fromEntries(Object.entries(each).sort(byKey)) : each));
}

/** A document that has no meaning: it is not JSON, or has a key twice. */
export type Meaningless = 'notJson' | 'keyTwice';

/**
 * The value of a document. If an object has a key twice, there is none: JSON.parse keeps the last, and which of them counts in a policy is not defined.
 *
 * @param visit is called with each member
 */
export function meaningOf(document: string, visit: (member: unknown) => void = () => undefined): { readonly value: unknown } | Meaningless {
  let keys = 0;
  try {
    const value: unknown = JSON.parse(document, (_, member: unknown) => {
      visit(member);
      if (isMap(member)) keys += Object.keys(member).length;
      return member;
    });
    // Strings before a colon.
    const named = [...document.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;
    return named === keys ? { value } : 'keyTwice';
  } catch (error) {
    if (error instanceof SyntaxError) return 'notJson';
    throw error;
  }
}

/** A document as canonical JSON; as it is if it has no meaning. */
export function canonicalDocument(document: string): string {
  const meaning = meaningOf(document);
  return typeof meaning === 'string' ? document : canonicalJson(meaning.value);
}

/** Whether two documents are equal as canonical JSON. One that is not JSON, or has a key twice, equals none but the same text. */
export function isSameDocument(one: string, other: string): boolean {
  return one === other || canonicalDocument(one) === canonicalDocument(other);
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
