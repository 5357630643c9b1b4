/** JSON without white space and with sorted keys: documents that differ in these only are the same. The order of lists counts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (isMap(each) ? Object.fromEntries(Object.entries(each).sort(byKey)) : each));
}

/** Whether two documents are equal as canonical JSON. One that is not JSON equals none. */
export function isSameDocument(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other));
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
