import type { CreateEventSourceMappingRequest } from '@aws-sdk/client-lambda';

/** The event source mapping of the stream in the form of Lambda's API, without the stream, the starting position, and whether it is enabled. */
export type MappingSettings = Omit<CreateEventSourceMappingRequest, 'EventSourceArn' | 'Enabled' | 'StartingPosition' | 'FunctionName'> & { readonly FunctionName: string };
