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
  /** Whether the stream is read, or will be soon. */
  readonly isEnabled: boolean;
}

/** The stream of the replica, and the mappings through which the function reads it. */
export interface Sighting {
  /** Absent while the table has no readable replica in this Region. */
  readonly streamArn?: string;
  readonly current?: Mapping;
  /** Of streams of before. */
  readonly others: readonly Mapping[];
}

/** In these states the replica does not exist yet, or no longer. */
const ABSENT: readonly unknown[] = ['CREATING', 'DELETING'];

const DELETING = 'Deleting';

/** Between the name of a table and that of its stream, in the ARN. */
const STREAM = '/stream/';

/**
 * The event source mapping between the stream of the replica and the function that consumes it.
 *
 * A replica that is removed from the table and put back has another stream, and the stream of a mapping can't be changed. So it needs another mapping,
 * which Lambda accepts beside the former one.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 */
export class StreamMapping {
  constructor(private readonly lambda: LambdaSender, private readonly dynamodb: DynamoDbSender, private readonly tableName: string) {}

  /** @throws whatever the services' clients throw, except that the table does not exist */
  public async look(functionName: string): Promise<Sighting> {
    const [streamArn, mappings] = await Promise.all([this.streamArn(), this.mappingsOf(functionName)]);
    return {
      streamArn,
      current: mappings.find((mapping) => mapping.streamArn === streamArn),
      others: mappings.filter((mapping) => mapping.streamArn !== streamArn),
    };
  }

  /** From the oldest record of the stream, so that it includes records written while the mapping is created. */
  public async create(streamArn: string, settings: MappingSettings, isEnabled: boolean): Promise<void> {
    try {
      await this.lambda.send(new CreateEventSourceMappingCommand({ ...settings, EventSourceArn: streamArn, StartingPosition: 'TRIM_HORIZON', Enabled: isEnabled }));
    } catch (error) {
      // Another function has just created it.
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
    // A deleted mapping is listed for a while; a mapping of something other than a stream belongs to somebody else.
    return found
      .filter(({ EventSourceArn, State }) => EventSourceArn?.includes(STREAM) && State !== DELETING)
      .map(({ UUID, EventSourceArn, State }) => ({ id: UUID!, streamArn: EventSourceArn!, isEnabled: !State?.startsWith('Disabl') }));
  }
}
