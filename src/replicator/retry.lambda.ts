import { dependenciesFromEnvironment } from './clients';
import { retryConsumer } from './retry-consumer';

export const handler = retryConsumer(dependenciesFromEnvironment(process.env));
