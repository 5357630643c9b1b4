import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteThingTypeCommand, DeprecateThingTypeCommand, IoTClient } from '@aws-sdk/client-iot';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { Call, Caller, Deployed, NAME, Place } from './calls';
import { credentialsOf } from './credentials';
import { PLAIN } from './names';
import { Emulator } from '../../emulator/emulator';
import { waitFor } from '../../emulator/waiting';
import { KNOWN_PART } from '../../src/certificate-check/known-keys';

/** What a client is configured with. */
type Config = ReturnType<Emulator['clientConfig']> & { readonly credentials: { readonly sessionToken?: string } };

export type Outcome = 'allowed' | 'refused';

/** What calls are answered with that are allowed, and made in vain. */
const IN_VAIN = [
  'CertificateValidationException', 'ConditionalCheckFailedException', 'InvalidExecutionInput', 'InvalidMessageContents', 'InvalidParameterValue', 'InvalidRequestException',
  'MalformedPolicyException', 'NoSuchKey', 'ReceiptHandleIsInvalid', 'ResourceAlreadyExistsException', 'ResourceConflictException', 'ResourceNotFoundException',
];
const REFUSED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedException'];

const REGIONS: Record<Place, string> = { source: PLAIN.source, destination: PLAIN.destination };
/** Logical ids of the buckets with reports. */
const REPORTS: Record<Place, readonly string[]> = {
  source: ['PlainSweepReportsBucket', 'PlainIdentitySweepReportsBucket'], destination: ['DestinationDriftReportsBucket', 'DestinationIdentityDriftReportsBucket'],
};
const STACKS: Record<Place, string> = { source: 'Registry', destination: `${PLAIN.name}-${PLAIN.destination}-from-${PLAIN.source}` };

/** The deployed roles, to be tried out from outside. */
export class Roles {
  public static async of(emulator: Emulator): Promise<Roles> {
    const resources = {} as Record<Place, Map<string, string>>;
    const deployed = {} as Record<Place, Deployed>;
    for (const place of ['source', 'destination'] as const) {
      resources[place] = await resourcesOf(emulator, place);
      deployed[place] = await deployedIn(emulator, place, resources[place]);
    }
    return new Roles(emulator, resources, deployed);
  }

  private readonly iam: IAMClient;
  private readonly sts: STSClient;

  private constructor(
    private readonly emulator: Emulator, private readonly resources: Record<Place, Map<string, string>>, private readonly deployed: Record<Place, Deployed>,
  ) {
    this.iam = new IAMClient(emulator.clientConfig(PLAIN.source));
    this.sts = new STSClient(emulator.clientConfig(PLAIN.source));
  }

  /** Logical ids, without hashes, of the roles that the plain replication has in a place. */
  public in(place: Place): string[] {
    return [...this.resources[place].keys()].filter((id) => id.endsWith('Role') && (place === 'destination' || id.startsWith('Plain')));
  }

  public arnOf(place: Place, role: string): string {
    return `arn:aws:iam::${this.emulator.account}:role/${this.deployed[place].id(role)}`;
  }

  /** Callers of both Regions with a role's credentials. The role is trusted to the account for as long as it takes to take it on. */
  public async takeOn(place: Place, role: string): Promise<Record<Place, Caller>> {
    const RoleName = this.deployed[place].id(role);
    const { Role } = await this.iam.send(new GetRoleCommand({ RoleName }));
    const trust = decodeURIComponent(Role!.AssumeRolePolicyDocument!);
    const { Statement, ...document } = JSON.parse(trust) as { Statement: object[] };
    const toUs = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${this.emulator.account}:root` }, Action: 'sts:AssumeRole' };
    await this.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify({ ...document, Statement: [...Statement, toUs] }) }));
    try {
      const credentials = await credentialsOf(this.sts, Role!.Arn!);
      const callerIn = (each: Place) => callerOf({ ...this.emulator.clientConfig(REGIONS[each]), credentials });
      return { source: callerIn('source'), destination: callerIn('destination') };
    } finally {
      await this.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
    }
  }

  /** @throws whatever is neither an answer nor a refusal */
  public async attempt(callers: Record<Place, Caller>, { place, send }: Call): Promise<Outcome> {
    try {
      await send(callers[place], this.deployed[place]);
      return 'allowed';
    } catch (error) {
      const { name } = error as Error;
      if (REFUSED.includes(name)) return 'refused';
      if (IN_VAIN.includes(name)) return 'allowed';
      throw error;
    }
  }

  /** Takes away what calls that are allowed left behind. */
  public async tidyUp(): Promise<void> {
    for (const place of ['source', 'destination'] as const) {
      const { s3, iot, lambda } = callerOf(this.emulator.clientConfig(REGIONS[place]));
      if (place === 'destination') await lambda.send(new DeleteEventSourceMappingCommand({ UUID: await this.deployed[place].spareMapping() }));
      for (const bucket of REPORTS[place]) {
        const Bucket = this.deployed[place].id(bucket);
        for (const Key of [`runs/${NAME}`, `reports/${NAME}`, `${KNOWN_PART.BEGINS}${NAME}`]) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      }
      for (const command of [new DeprecateThingTypeCommand({ thingTypeName: NAME }), new DeleteThingTypeCommand({ thingTypeName: NAME })]) {
        await iot.send(command as DeleteThingTypeCommand).catch((error: Error) => {
          if (error.name !== 'ResourceNotFoundException') throw error;
        });
      }
    }
  }
}

function callerOf(config: Config): Caller {
  const once = { ...config, maxAttempts: 1 };
  return {
    iot: new IoTClient(once),
    dynamodb: new DynamoDBClient(once),
    streams: new DynamoDBStreamsClient(once),
    sqs: new SQSClient(once),
    // By path: the emulator has one host.
    s3: new S3Client({ ...once, forcePathStyle: true }),
    // The emulator's address takes no `sync-` before it.
    sfn: new SFNClient({ ...once, disableHostPrefix: true }),
    ssm: new SSMClient(once),
    lambda: new LambdaClient(once),
    logs: new CloudWatchLogsClient(once),
    cloudwatch: new CloudWatchClient(once),
  };
}

async function resourcesOf(emulator: Emulator, place: Place): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(emulator.clientConfig(REGIONS[place]));
  const { StackResources } = await cloudFormation.send(new DescribeStackResourcesCommand({ StackName: STACKS[place] }));
  return new Map(StackResources!.map(({ LogicalResourceId, PhysicalResourceId }) => [LogicalResourceId!.replace(/[0-9A-F]{8}$/, ''), PhysicalResourceId!]));
}

async function deployedIn(emulator: Emulator, place: Place, resources: Map<string, string>): Promise<Deployed> {
  const { dynamodb, streams, lambda } = callerOf(emulator.clientConfig(REGIONS[place]));
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: PLAIN.name }));
  const StreamArn = Table!.LatestStreamArn!;
  const shard = await waitFor(async () => (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription!.Shards?.[0], { boundMillis: 10_000 });
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand({ StreamArn, ShardId: shard!.ShardId, ShardIteratorType: 'LATEST' }));
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: StreamArn }));
  const FunctionName = `${PLAIN.name}-replicator`;
  const spare = { FunctionName, EventSourceArn: `arn:aws:sqs:${REGIONS[place]}:${StreamArn.split(':')[4]}:${PLAIN.name}-dead-letters` };
  return {
    spareMapping: async () => {
      const { EventSourceMappings: there } = await lambda.send(new ListEventSourceMappingsCommand(spare));
      return there?.[0]?.UUID ?? (await lambda.send(new CreateEventSourceMappingCommand({ ...spare, Enabled: false }))).UUID!;
    },
    streamArn: StreamArn,
    mappingId: EventSourceMappings?.[0]?.UUID,
    shardIterator: ShardIterator!,
    id: (logicalId) => {
      const physical = resources.get(logicalId);
      if (!physical) throw new Error(`there is no ${logicalId} in ${STACKS[place]}: there are ${[...resources.keys()].join(', ')}`);
      return physical;
    },
  };
}
