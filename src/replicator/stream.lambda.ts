import { streamContextFromEnvironment } from './handler/services';
import { streamConsumer } from './handler/stream-consumer';

export const handler = streamConsumer(streamContextFromEnvironment(process.env));
