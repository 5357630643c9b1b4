/**
 * A payload that leaves exactly these attributes.
 *
 * AWS does not document whether an empty map clears attributes or means "no change", and APIs differ; an empty value removes its key, and together
 * with `merge: false` it also clears the rest.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html
 */
export function overwrite(attributes: Readonly<Record<string, string>>, stale: readonly string[]) {
  const cleared = Object.keys(attributes).length === 0;
  if (cleared && stale.length === 0) return undefined;
  return { merge: false, attributes: cleared ? Object.fromEntries(stale.map((name) => [name, ''])) : { ...attributes } };
}
