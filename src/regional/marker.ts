/** Each replication of this library creates a parameter below this path in each of its Regions, so that others can detect it. */
export const MARKER_PATH = '/cdk-iot-registry-replication';

/** The role of a replication in a Region, which is part of the path of its marker. */
export const MarkerRole = { SOURCE: 'sources', DESTINATION: 'destinations' } as const;
export type MarkerRole = (typeof MarkerRole)[keyof typeof MarkerRole];

/** The content of a marker. */
export interface MarkerContent {
  readonly sourceRegion: string;
  /** Name of the stack that contains the marker, and is deleted with it. */
  readonly stackName: string;
  /** For a source. */
  readonly destinationRegions?: readonly string[];
  /** For a destination: whether nothing is written to its registry. */
  readonly isPaused?: boolean;
}

/** A marker as it was read: fields may be missing, because a newer version of this library or a person may have written it. */
export interface Marker extends Partial<MarkerContent> {
  readonly role: MarkerRole;
  readonly replicationName: string;
}

/** The name is unique in a Region, like those of queues and functions: two replications of one name can't exist there. */
export function markerName(role: MarkerRole, replicationName: string): string {
  return `${MARKER_PATH}/${role}/${replicationName}`;
}

/** The marker in a parameter; undefined for a parameter that is none. */
export function markerIn(name: string, value: string): Marker | undefined {
  const [role, replicationName, ...more] = name.slice(MARKER_PATH.length + 1).split('/');
  if (!name.startsWith(`${MARKER_PATH}/`) || !isRole(role) || !replicationName || more.length > 0) return undefined;
  return { role, replicationName, ...contentIn(value) };
}

function isRole(role: string): role is MarkerRole {
  return Object.values<string>(MarkerRole).includes(role);
}

function contentIn(value: string): Partial<MarkerContent> {
  const { sourceRegion, destinationRegions, stackName, isPaused } = objectIn(value);
  const isText = (given: unknown) => typeof given === 'string';
  return {
    ...isText(sourceRegion) ? { sourceRegion } : {},
    ...Array.isArray(destinationRegions) && destinationRegions.every(isText) ? { destinationRegions } : {},
    ...isText(stackName) ? { stackName } : {},
    ...typeof isPaused === 'boolean' ? { isPaused } : {},
  };
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : {};
  } catch {
    // The name shows that the replication exists, which is what matters.
    return {};
  }
}
