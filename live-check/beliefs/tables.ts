import { DeleteStackCommand, DescribeStackResourceCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { Belief, NotLookable } from '../belief';
import { policy, type Look } from '../look';

const GLOBAL_TABLE = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html';

const ITEMS = 3;
const DEPLOYMENT_SECONDS = 900;

/** The message of CloudFormation about an update that it rolls back. */
const REFUSAL = /ROLLBACK/;

/** @param keys ARNs by Region, or expressions that CloudFormation resolves to ARNs */
function globalTable(look: Look, regions: readonly string[], keys?: Record<string, unknown>): object {
  return {
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: look.name('table'),
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        ...keys && { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
        Replicas: regions.map((Region) => ({ Region, ...keys && { SSESpecification: { KMSMasterKeyId: keys[Region] } } })),
      },
    },
  };
}

/** A key whose use IAM controls. It is deleted seven days after its stack; until then it costs nothing. */
function key(look: Look): object {
  const KeyPolicy = JSON.parse(policy({ Effect: 'Allow', Principal: { AWS: look.arn('iam', 'root', '') }, Action: 'kms:*', Resource: '*' })) as object;
  return { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, PendingWindowInDays: 7 } } };
}

/** The number of records in the stream of the replica. */
async function recordsOf({ destination: { streams } }: Look, StreamArn: string): Promise<number> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  let count = 0;
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    count += (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records?.length ?? 0;
  }
  return count;
}

export const TABLE_BELIEFS: readonly Belief[] = [
  {
    id: 'table-replica-filled',
    topic: 'tables',
    statement: 'what a new replica is filled with is not in its stream',
    otherwise: 'nothing: a destination that is added later gets everything at once, and by the sweep once more',
    uses: { tableWrites: 4 * ITEMS },
    boundSeconds: 2 * DEPLOYMENT_SECONDS,
    look: async (look) => {
      const { source, destination } = look.run.regions;
      await look.stack('stack', globalTable(look, [source]), { boundSeconds: DEPLOYMENT_SECONDS });
      const TableName = look.name('table');
      for (let item = 0; item < ITEMS; item++) await look.source.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: `${item}` } } }));
      await look.update('stack', globalTable(look, [source, destination]), DEPLOYMENT_SECONDS);
      const { Table } = await look.destination.dynamodb.send(new DescribeTableCommand({ TableName }));
      if (!Table?.LatestStreamArn) throw new NotLookable('the replica has no stream');
      // A record written to the table since then shows that the stream has been read up to it.
      await look.source.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'later' } } }));
      const records = await look.eventually(async () => await recordsOf(look, Table.LatestStreamArn!) || undefined, 60);
      if (!records) throw new NotLookable('later writes did not arrive in the stream within a minute');
      await look.pause(5);
      const all = await recordsOf(look, Table.LatestStreamArn);
      return { holds: all === 1, seen: `of ${ITEMS} items before and 1 later, ${all} are in the stream` };
    },
  },
  {
    id: 'table-deleted-soon',
    topic: 'tables',
    statement: 'a stack with a table of two Regions can be deleted minutes after it was deployed',
    otherwise: 'a first deployment that fails, or is rolled back, leaves the table for a day: docs/operations.md describes what to do',
    see: GLOBAL_TABLE,
    uses: { tableWrites: 2 },
    boundSeconds: 2 * DEPLOYMENT_SECONDS,
    look: async (look) => {
      const { source, destination } = look.run.regions;
      await look.stack('stack', globalTable(look, [source, destination]), { boundSeconds: DEPLOYMENT_SECONDS });
      const { cloudFormation } = look.source;
      const StackName = look.name('stack');
      await cloudFormation.send(new DeleteStackCommand({ StackName }));
      const end = await look.eventually(async () => {
        const found = await cloudFormation.send(new DescribeStacksCommand({ StackName })).catch((error: Error) => {
          if (error.name !== 'ValidationError') throw error;
        });
        const status = found?.Stacks?.[0]?.StackStatus ?? 'DELETE_COMPLETE';
        return status.endsWith('_IN_PROGRESS') ? undefined : status;
      }, DEPLOYMENT_SECONDS);
      return { holds: end === 'DELETE_COMPLETE', seen: end ?? 'the deletion did not end within 15 minutes' };
    },
  },
  {
    id: 'table-encryption-later',
    topic: 'tables',
    statement: 'a deployed table of two Regions accepts a customer managed key in each Region, in one update',
    otherwise: 'nothing: docs/upgrading.md has another way to add encryption',
    uses: { keyHours: 4 },
    boundSeconds: 3 * DEPLOYMENT_SECONDS,
    look: async (look) => {
      const { source, destination } = look.run.regions;
      await look.stack('key', key(look), { clients: look.destination });
      const call = { StackName: look.name('key'), LogicalResourceId: 'Key' };
      const { StackResourceDetail } = await look.destination.cloudFormation.send(new DescribeStackResourceCommand(call));
      const theirs = look.arn('kms', `key/${StackResourceDetail!.PhysicalResourceId!}`, destination);
      const regions = [source, destination];
      await look.stack('stack', { ...key(look), ...globalTable(look, regions) }, { boundSeconds: DEPLOYMENT_SECONDS });
      const keys = { [source]: { 'Fn::GetAtt': ['Key', 'Arn'] }, [destination]: theirs };
      const refusal = await look.update('stack', { ...key(look), ...globalTable(look, regions, keys) }, DEPLOYMENT_SECONDS).catch((error: Error) => {
        if (error instanceof NotLookable && REFUSAL.test(error.message)) return error.message;
        throw error;
      });
      return { holds: refusal === undefined, seen: refusal ?? 'it does' };
    },
  },
];
