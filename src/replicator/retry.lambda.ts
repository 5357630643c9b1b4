import { retryConsumer } from './handler/retry-consumer';
import { dependenciesFromEnvironment } from './handler/services';

export const handler = retryConsumer(dependenciesFromEnvironment(process.env));
