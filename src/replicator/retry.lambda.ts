import { retryConsumer } from './handler/retry-consumer';
import { contextFromEnvironment } from './handler/services';

export const handler = retryConsumer(contextFromEnvironment(process.env));
