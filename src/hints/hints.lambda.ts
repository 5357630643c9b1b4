import { hintReader } from './handler/reader';
import { hintContextFromEnvironment } from './handler/services';

export const handler = hintReader(hintContextFromEnvironment(process.env));
