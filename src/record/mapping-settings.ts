import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';

/** The event source mapping of the stream, as Lambda's API takes it, but for which stream it is, where to start and whether it is read. */
export type MappingSettings = Omit<CreateEventSourceMappingRequest, 'EventSourceArn' | 'Enabled' | 'StartingPosition' | 'FunctionName'> & { readonly FunctionName: string };
