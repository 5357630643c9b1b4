import { streamDependenciesFromEnvironment } from './handler/services';
import { streamConsumer } from './handler/stream-consumer';

export const handler = streamConsumer(streamDependenciesFromEnvironment(process.env));
