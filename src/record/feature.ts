/** What is replicated only where the user switches it on. Without it, nothing that is deployed knows its kinds, except for the filter of the stream. */
export type Feature = 'identities' | 'caCertificates';

/** Features that extend another one: without that they are not switched on, and their kinds are compared together with those of the other one. */
const EXTENDED: Readonly<Partial<Record<Feature, Feature>>> = { caCertificates: 'identities' };

/** The feature whose comparisons compare the kinds of a feature. */
export function comparedWith(feature: Feature | undefined): Feature | undefined {
  return feature && (EXTENDED[feature] ?? feature);
}

/** A feature, and what it extends. */
export function featuresFor(feature: Feature | undefined): Feature[] {
  return [...new Set([comparedWith(feature), feature])].filter((each) => each !== undefined);
}
