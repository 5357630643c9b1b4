import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import type { SimulatedBucket } from './bucket';
import { batchGetItem, scan, type BulkReading } from './bulk-reads';
import type { Calls, Invocation, Service } from './calls';
import { STATE_TABLE_NAME } from './definition';
import type { InMemoryRegistry, Operation } from './registry';
import { isOfState, type StateCommand, type StateTable } from './state-table';
import type { TableItems } from './table-items';
import type { SweepContext } from '../../src/sweep/handler/context';

/** What the functions of a job work with, in one Region. */
export interface StepServices {
  readonly calls: Calls;
  readonly registry: InMemoryRegistry;
  readonly table: TableItems;
  /** The destination's table of state; none of a sweep. */
  readonly state?: StateTable;
  readonly reading: BulkReading;
  readonly bucket: SimulatedBucket;
  /** One synchronous execution of a workflow. */
  readonly startSyncExecution: (input: StartSyncExecutionCommand['input']) => Promise<object>;
  /** Executions of the job's own workflow that are running. */
  readonly runningExecutions: () => object[];
}

type Clients = Pick<SweepContext, 'iot' | 'dynamodb' | 's3' | 'sfn'>;
interface Command { readonly input: object }
type Send = (command: Command) => Promise<unknown>;

/** The clients of one invocation: each call waits until the scheduler lets it happen. */
export function stepClientsOf(services: StepServices, invocation: Invocation): Clients {
  const { calls, registry, table, state, reading, bucket } = services;
  const clientOf = (service: Service, answer: (command: Command, name: string) => unknown): { readonly send: Send } => ({
    send: async (command) => {
      const name = command.constructor.name.replace(/Command$/, '');
      return calls.park(invocation, service, () => `${name} ${JSON.stringify(command.input)}`, () => answer(command, name));
    },
  });
  const iot = clientOf('iot', (command, name) => {
    if (!/^(List|Describe|Get)/.test(name)) throw new Error(`${name} changes the registry: expected reads only`);
    return registry.execute(name as Operation, command.input as never);
  });
  const dynamodb = clientOf('dynamodb', (command, name) => {
    if (state && isOfState(command as StateCommand, STATE_TABLE_NAME)) return state.answer(command as StateCommand);
    if (command instanceof BatchGetItemCommand) return batchGetItem(table, command, reading);
    if (command instanceof ScanCommand) return scan(table, command, reading);
    throw new Error(`the simulation has no DynamoDB call ${name} of a step`);
  });
  const s3 = clientOf('s3', (command, name) => {
    if (command instanceof PutObjectCommand) return bucket.put(command);
    if (command instanceof GetObjectCommand) return bucket.get(command);
    if (command instanceof ListObjectsV2Command) return bucket.list(command);
    throw new Error(`the simulation has no S3 call ${name}`);
  });
  const sfn = clientOf('sfn', (command, name) => {
    if (command instanceof StartSyncExecutionCommand) return services.startSyncExecution(command.input);
    // Whoever had it called starts the execution.
    if (command instanceof StartExecutionCommand) return {};
    if (command instanceof ListExecutionsCommand) return { executions: services.runningExecutions() };
    throw new Error(`the simulation has no Step Functions call ${name}`);
  });
  return { iot, dynamodb, s3, sfn } as unknown as Clients;
}
