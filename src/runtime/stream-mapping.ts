import { DescribeTableCommand, ResourceNotFoundException as NoTableException } from '@aws-sdk/client-dynamodb';
import {
  CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, EventSourceMappingConfiguration,
  ListEventSourceMappingsCommand, ResourceConflictException, ResourceNotFoundException, UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { DynamoDbSender, LambdaSender } from './senders';
import type { MappingSettings } from '../record/mapping-settings';

/** A mapping that there is. */
export interface Mapping {
  readonly id: string;
  readonly streamArn: string;
  /** Whether it is read, or is going to be. */
  readonly isEnabled: boolean;
}

/** The stream of the replica, and what of it the function reads. */
export interface Sighting {
  /** None while the table has no replica in this Region that could be read. */
  readonly streamArn?: string;
  readonly current?: Mapping;
  /** Of streams of before. */
  readonly others: readonly Mapping[];
}

/** While it is so, the replica does not exist yet, or no more. */
const ABSENT: readonly unknown[] = ['CREATING', 'DELETING'];

const DELETING = 'Deleting';

/** Between the name of a table and that of its stream, in the ARN. */
const STREAM = '/stream/';

/**
 * The event source mapping between the stream of the replica and the function that consumes it.
 *
 * A replica that is taken out of the table and put back has another stream, and the stream of a mapping can't be changed: so there is another mapping
 * then, which Lambda takes beside the one of before.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 */
export class StreamMapping {
  constructor(private readonly lambda: LambdaSender, private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  /** @throws whatever the services' clients throw, but for that there is no such table */
  public async look(functionName: string): Promise<Sighting> {
    const [streamArn, mappings] = await Promise.all([this.streamArn(), this.mappingsOf(functionName)]);
    return {
      streamArn,
      current: mappings.find((mapping) => mapping.streamArn === streamArn),
      others: mappings.filter((mapping) => mapping.streamArn !== streamArn),
    };
  }

  /** From the oldest record that the stream has: what is written while the mapping is being made is in it. */
  public async create(streamArn: string, settings: MappingSettings, isEnabled: boolean): Promise<void> {
    try {
      await this.lambda.send(new CreateEventSourceMappingCommand({ ...settings, EventSourceArn: streamArn, StartingPosition: 'TRIM_HORIZON', Enabled: isEnabled }));
    } catch (error) {
      // Somebody else has just made it.
      if (!(error instanceof ResourceConflictException)) throw error;
    }
  }

  public async update({ id }: Mapping, settings: MappingSettings, isEnabled: boolean): Promise<void> {
    await this.lambda.send(new UpdateEventSourceMappingCommand({ ...settings, UUID: id, Enabled: isEnabled }));
  }

  public async delete({ id }: Mapping): Promise<void> {
    try {
      await this.lambda.send(new DeleteEventSourceMappingCommand({ UUID: id }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }

  private async streamArn(): Promise<string | undefined> {
    try {
      const { Table } = await this.dynamodb.send(new DescribeTableCommand({ TableName: this.tableName }));
      return ABSENT.includes(Table?.TableStatus) ? undefined : Table?.LatestStreamArn;
    } catch (error) {
      if (error instanceof NoTableException) return undefined;
      throw error;
    }
  }

  private async mappingsOf(FunctionName: string): Promise<Mapping[]> {
    const found: EventSourceMappingConfiguration[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.lambda.send(new ListEventSourceMappingsCommand({ FunctionName, Marker }));
      found.push(...page.EventSourceMappings ?? []);
      Marker = page.NextMarker;
    } while (Marker);
    // One that goes is listed for a while; what is no stream of a table is somebody else's.
    return found
      .filter(({ EventSourceArn, State }) => EventSourceArn?.includes(STREAM) && State !== DELETING)
      .map(({ UUID, EventSourceArn, State }) => ({ id: UUID!, streamArn: EventSourceArn!, isEnabled: !State?.startsWith('Disabl') }));
  }
}
