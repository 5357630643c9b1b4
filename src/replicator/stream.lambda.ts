import { dependenciesFromEnvironment } from './clients';
import { streamConsumer } from './stream-consumer';

export const handler = streamConsumer(dependenciesFromEnvironment(process.env));
