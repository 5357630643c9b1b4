export * from './faults';
export * from './groups';
export * from './guard';
export * from './lag';
export * from './memberships';
export * from './regression';
export * from './things';
export * from './types';
