export * from './deletion-mode';
export * from './drift-mode';
export * from './iot-registry-replication';
export * from './iot-registry-replication-props';
export * from './registry-destination';
export * from './registry-event-type';
export * from './replication-alarm';
export * from './replication-alarms-options';
