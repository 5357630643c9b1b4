/** Property of the custom resource: the settings of the mapping, as JSON. */
export const SETTINGS_PROPERTY = 'Settings';

/** Property of the custom resource: whether the stream is read, `true` or `false`. */
export const ENABLED_PROPERTY = 'Enabled';

/** Property of the custom resource: the table, and the Regions that have it. If either changes, the stream may be another one. */
export const TABLE_PROPERTY = 'Table';
