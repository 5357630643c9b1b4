/** Each replication of this library leaves a parameter under this path in each of its Regions, so that others can know of it. */
export const MARKER_PATH = '/cdk-iot-registry-replication';

/** What a replication does in a Region, as the path of its marker says. */
export const MarkerRole = { SOURCE: 'sources', DESTINATION: 'destinations' } as const;
export type MarkerRole = (typeof MarkerRole)[keyof typeof MarkerRole];

/** What a marker says beside its name. */
export interface MarkerContent {
  readonly sourceRegion: string;
  /** Of the stack that the marker is in: it goes with that. */
  readonly stackName: string;
  /** Of a source. */
  readonly destinationRegions?: readonly string[];
  /** Of a destination: whether nothing is written to its registry. */
  readonly isPaused?: boolean;
}

/** A marker as it was read: what it should say may be missing, because a newer version of this library or a person may have written it. */
export interface Marker extends Partial<MarkerContent> {
  readonly role: MarkerRole;
  readonly replicationName: string;
}

/** A replication has no other name in a Region, as with its queues and functions: two of one name can't be there. */
export function markerName(role: MarkerRole, replicationName: string): string {
  return `${MARKER_PATH}/${role}/${replicationName}`;
}

/** What a parameter says; undefined for one that is no marker. */
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
    // Its name says that the replication is there, which is what matters.
    return {};
  }
}
