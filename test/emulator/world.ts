import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { EventType, IoTClient, ListTopicRulesCommand, UpdateEventConfigurationsCommand } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteMessageCommand, GetQueueUrlCommand, Message, PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { PAUSED, PLAIN, ROUTED } from './names';
import { Program } from './program';
import { execute, Execution } from '../../demo/executions';
import { FleetIdentities, Identities, makeFleetIdentities } from '../../demo/identities';
import { IdentityRegistry, readIdentities } from '../../demo/identity-reader';
import { peekIntoQueues, waitForQuiet } from '../../demo/quiet';
import { readRegistry, Registry } from '../../demo/registry-reader';
import { fleetCreation, make } from '../../demo/scenario';
import { CdkAppOptions, CdkCli } from '../../emulator/cdk';
import { Emulator, startEmulator } from '../../emulator/emulator';
import { Shell } from '../../emulator/shell';
import { waitFor } from '../../emulator/waiting';
import { packLibrary } from '../../packages/library';

const BOUND = { boundMillis: 30_000 };

/**
 * Time passes faster than by default. A drift check that has repaired a type waits for ten minutes, which are eighteen seconds so, and two minutes for anything else, which are four; the
 * emulator deletes a type at once, and what was repaired arrives within one or two seconds. What is applied once more after 20 seconds is so after one.
 */
export const FAST = { SFN_WAIT_SCALE: '0.03', SQS_DELAY_SCALE: '0.05' };

export const EXISTING_PREFIX = 'existing-';

/** The fleet that is in the source before anything is deployed. */
export const EXISTING = fleetCreation({ prefix: EXISTING_PREFIX });

/** One Region's clients. */
export class Site {
  public readonly iot: IoTClient;
  public readonly sqs: SQSClient;
  public readonly sfn: SFNClient;
  public readonly identities: Identities;

  constructor(private readonly emulator: Emulator, public readonly region: string) {
    this.iot = new IoTClient(emulator.clientConfig(region));
    this.sqs = new SQSClient(emulator.clientConfig(region));
    this.sfn = new SFNClient(emulator.clientConfig(region));
    this.identities = new Identities(this.iot, { account: emulator.account, region });
  }

  /** Runs a workflow of this Region, and returns what became of it. */
  public execute(name: string, input: object): Promise<Execution> {
    return execute(this.sfn, this.workflowArn(name), input);
  }

  /** Starts a workflow of which no execution can be described. */
  public async start(name: string, input: object): Promise<void> {
    await this.sfn.send(new StartExecutionCommand({ stateMachineArn: this.workflowArn(name), input: JSON.stringify(input) }));
  }

  public workflowArn(name: string): string {
    return `arn:aws:states:${this.region}:${this.emulator.account}:stateMachine:${name}`;
  }

  public registry(): Promise<Registry> {
    return readRegistry(this.iot);
  }

  /** What lets the devices of a registry into this Region. */
  public readIdentities(of: Pick<Registry, 'things' | 'groups'>): Promise<IdentityRegistry> {
    return readIdentities(this.iot, this.emulator.account, of);
  }

  /** The registry, once it is as expected, or as it is when the bound is reached: for an assertion that shows the difference. */
  public async registryOnce(isAsExpected: (registry: Registry) => boolean): Promise<Registry> {
    const found = await waitFor(async () => {
      const registry = await this.registry();
      return isAsExpected(registry) ? registry : undefined;
    }, BOUND);
    return found ?? this.registry();
  }

  /** The name of a topic rule, of which nobody but the deployment knows the end. */
  public async ruleName(beginning: RegExp): Promise<string> {
    const { rules } = await this.iot.send(new ListTopicRulesCommand({}));
    return rules!.find(({ ruleName }) => beginning.test(ruleName!))!.ruleName!;
  }

  public async queueUrl(queueName: string): Promise<string> {
    return (await this.sqs.send(new GetQueueUrlCommand({ QueueName: queueName }))).QueueUrl!;
  }

  public async send(queueName: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: await this.queueUrl(queueName), MessageBody: body }));
  }

  public async purge(queueName: string): Promise<void> {
    await this.sqs.send(new PurgeQueueCommand({ QueueUrl: await this.queueUrl(queueName) }));
  }

  /** A message that is as expected, once there is one; it stays where it is. */
  public async peek(queueName: string, isExpected: (body: Record<string, unknown>) => boolean): Promise<Message> {
    const QueueUrl = await this.queueUrl(queueName);
    const found = await waitFor(async () => {
      const { Messages } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] }));
      return Messages?.find(({ Body }) => isExpected(JSON.parse(Body!) as Record<string, unknown>));
    }, BOUND);
    if (!found) throw new Error(`no such message in ${queueName} within ${BOUND.boundMillis / 1000} s`);
    return found;
  }

  /** Takes messages off a queue until one is as expected. */
  public async letter(queueName: string, isExpected: (body: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    const QueueUrl = await this.queueUrl(queueName);
    const seen: string[] = [];
    const found = await waitFor(async () => {
      const { Messages } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
      for (const { Body, ReceiptHandle } of Messages ?? []) {
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        const body = JSON.parse(Body!) as Record<string, unknown>;
        if (isExpected(body)) return body;
        seen.push(Body!);
      }
      return undefined;
    }, BOUND);
    if (!found) throw new Error(`no such letter in ${queueName} within ${BOUND.boundMillis / 1000} s; there were ${seen.length}: ${seen.join('\n')}`);
    return found;
  }
}

/** The emulator with the test's app deployed from the packed library. */
export class World {
  public static async create(): Promise<World> {
    const packing = packLibrary();
    packing.catch(() => undefined);
    const emulator = await startEmulator({ environment: FAST });
    try {
      const world = new World(emulator);
      // Somebody else's switch, which has to stay on.
      await world.source.iot.send(new UpdateEventConfigurationsCommand({ eventConfigurations: { [EventType.JOB]: { Enabled: true } } }));
      await make(EXISTING, world.source.iot);
      world.fleet = await makeFleetIdentities(world.source.identities, EXISTING_PREFIX);
      // A sweep leaves the memberships of groups that are younger than a few minutes to the next one.
      await emulator.ageRegistry(PLAIN.source);
      await world.cdk.bootstrap([PLAIN.source, PLAIN.destination, ROUTED.destination]);
      const { nodePath } = await packing;
      world.app = { app: 'test/emulator/app.ts', nodePath };
      world.program = new Program(emulator, nodePath);
      await world.cdk.deployAll(world.app, PLAIN.source);
      return world;
    } catch (error) {
      await emulator.stop();
      throw error;
    }
  }

  public readonly source: Site;
  public readonly destination: Site;
  public readonly routed: Site;
  public readonly iam: IAMClient;
  public readonly lambda: LambdaClient;
  public readonly dynamodb: DynamoDBClient;
  public readonly destinationTables: DynamoDBClient;
  public readonly sts: STSClient;
  public readonly logs: CloudWatchLogsClient;
  public readonly cloudWatch: CloudWatchClient;
  private readonly dataPlane: IoTDataPlaneClient;
  private readonly cdk: CdkCli;
  /** The command line of the packed library. */
  public program!: Program;
  private app: CdkAppOptions = { app: '' };
  private fleet?: FleetIdentities;

  private constructor(public readonly emulator: Emulator) {
    this.source = new Site(emulator, PLAIN.source);
    this.destination = new Site(emulator, PLAIN.destination);
    this.routed = new Site(emulator, ROUTED.destination);
    this.iam = new IAMClient(emulator.clientConfig(PLAIN.source));
    this.lambda = new LambdaClient(emulator.clientConfig(PLAIN.destination));
    this.dynamodb = new DynamoDBClient(emulator.clientConfig(PLAIN.source));
    this.destinationTables = new DynamoDBClient(emulator.clientConfig(PLAIN.destination));
    this.sts = new STSClient(emulator.clientConfig(PLAIN.destination));
    this.logs = new CloudWatchLogsClient(emulator.clientConfig(PLAIN.destination));
    this.cloudWatch = new CloudWatchClient(emulator.clientConfig(PLAIN.source));
    this.dataPlane = new IoTDataPlaneClient(emulator.clientConfig(PLAIN.source));
    this.cdk = new CdkCli(emulator);
  }

  /** The identities of the fleet that was there before the deployment. */
  public get existing(): FleetIdentities {
    return this.fleet!;
  }

  public stop(): Promise<void> {
    return this.emulator.stop();
  }

  /** Deploys the plain replication's destination, paused or not, and nothing else. */
  public async deployDestination(options: { readonly paused: boolean }): Promise<void> {
    const context = { [PAUSED]: options.paused ? PLAIN.destination : '' };
    await this.cdk.deployAlone(`Registry/Plain/${PLAIN.destination}`, { ...this.app, context }, PLAIN.source);
  }

  /** An event that AWS would not send on its own; AWS lets nobody publish to these topics, the emulator does. */
  public async publish(topic: string, payload: string): Promise<void> {
    await this.dataPlane.send(new PublishCommand({ topic, payload: Buffer.from(payload) }));
  }

  /** Runs commands of the documentation as they are written there, but for the account and the name of the replication. */
  public async run(commands: string): Promise<string> {
    const shell = await Shell.create(this.emulator);
    return shell.run(commands.replaceAll('111122223333', this.emulator.account).replaceAll(/\bfleet\b/g, PLAIN.name), PLAIN.source);
  }

  /** Does something while a role is refused an action. */
  public async whileRefused(roleArn: string, action: string, work: () => Promise<void>): Promise<void> {
    const refusal = { RoleName: roleArn.split('/').pop(), PolicyName: 'refuse' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] });
    await this.iam.send(new PutRolePolicyCommand({ ...refusal, PolicyDocument }));
    try {
      await work();
    } finally {
      await this.iam.send(new DeleteRolePolicyCommand(refusal));
    }
  }

  /** Where the plain replication's two registries still differ, and what its queues hold, when nothing moves any more. */
  public async differences(): Promise<string[]> {
    const isStreamRead = () => this.emulator.streamsAreRead(PLAIN.destination);
    const { differences } = await waitForQuiet(this.source, this.destination, { queueNamePrefix: PLAIN.name, isStreamRead });
    if (differences.length === 0) return [];
    return [...differences, ...await peekIntoQueues(this.source, PLAIN.name), ...await peekIntoQueues(this.destination, PLAIN.name)];
  }
}
