/** Property of the custom resource: names of the registry events that have to be on. */
export const EVENT_TYPES_PROPERTY = 'EventTypes';
