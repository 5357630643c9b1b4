import { streamDependenciesFromEnvironment } from './clients';
import { streamConsumer } from './stream-consumer';

export const handler = streamConsumer(streamDependenciesFromEnvironment(process.env));
