/** What the app deploys and the tests look at. */
export const PLAIN = { name: 'plain', source: 'us-east-1', destination: 'eu-west-1' } as const;
export const ROUTED = { name: 'routed', source: 'us-east-1', destination: 'eu-central-1', prefix: 'factory-' } as const;

/** Name of a role that may read the status of the plain replication's destination. */
export const READER = 'plain-status-reader';

/** Names of roles that may use the command line for the plain replication: all of it, or what only looks. */
export const OPERATOR = 'plain-operator';
export const VIEWER = 'plain-viewer';

/** Another replication that the plain one acknowledges. */
export const ACKNOWLEDGED = 'archive';

/** Key of the app's context: the Region that is paused, if any. */
export const PAUSED = 'paused';
