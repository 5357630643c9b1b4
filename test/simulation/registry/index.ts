export * from './errors';
export * from './events';
export * from './facts';
export * from './limits';
export * from './operations';
export * from './registry';
export * from './snapshot';
