import { Capability, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, CreateTableCommandInput, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CertificateStatus, CreatePolicyCommand, CreateThingCommand, CreateThingCommandInput, CreateThingGroupCommand, CreateThingGroupCommandInput,
  CreateThingTypeCommand, CreateThingTypeCommandInput, RegisterCertificateWithoutCACommand,
} from '@aws-sdk/client-iot';
import { CreateStateMachineCommand, StateMachineType } from '@aws-sdk/client-sfn';
import { CreateQueueCommand, GetQueueAttributesCommand, QueueAttributeName } from '@aws-sdk/client-sqs';
import { Clients, Connection } from './clients';
import { eventually, pause } from './interruption';
import { Kind, MadeRecord } from './made';
import { prefixOf, TAG, tagsOf } from './names';
import { NotLookable } from './not-lookable';
import type { RecordedEvents } from './recorded-events';
import { SelfSigned, selfSigned, SelfSignedOptions } from './self-signed';

/** The common part of all looks of a run. */
export interface Run {
  readonly id: string;
  readonly account: string;
  readonly partition: string;
  readonly regions: { readonly source: string; readonly destination: string };
  readonly connection: Connection;
  readonly record: MadeRecord;
  /** Seconds to wait for each second of AWS's time; 1 except on an emulator. */
  readonly pace: number;
  /** The recorder of registry events. @throws NotLookable if they are off and may not be switched on */
  events(): Promise<RecordedEvents>;
}

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

export interface Certificate extends SelfSigned {
  readonly arn: string;
  /** The id that AWS IoT has given it. */
  readonly registeredId: string;
}

const TABLE = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
} as const satisfies Partial<CreateTableCommandInput>;

export interface RegistrationOptions {
  /** Of the Region in which it is registered. Default: the source. */
  readonly clients?: Clients;
  /** Default: inactive. */
  readonly status?: CertificateStatus;
}

/** The minimum, however fast an emulator is. */
const SLOWLY_SECONDS = 3;

export interface StackOptions {
  /** Default five minutes. */
  readonly boundSeconds?: number;
  /** Of the Region of the deployment. Default: the source. */
  readonly clients?: Clients;
}

/** The tools of a belief: names, clients and waits of its own. Its resources are recorded before their creation, and removed after the run. */
export class Look {
  public readonly source: Clients;
  public readonly destination: Clients;

  /** @param scope part of the names of its resources, so that no two beliefs collide */
  constructor(public readonly run: Run, private readonly scope: string, public readonly signal: AbortSignal) {
    this.source = new Clients(run.regions.source, run.connection, signal);
    this.destination = new Clients(run.regions.destination, run.connection, signal);
  }

  public name(local: string): string {
    return `${prefixOf(this.run.id)}${this.scope}-${local}`;
  }

  public arn(service: string, resource: string, region = this.run.regions.source): string {
    return `arn:${this.run.partition}:${service}:${region}:${this.run.account}:${resource}`;
  }

  public roleArn(local: string): string {
    return this.arn('iam', `role/${this.name(local)}`, '');
  }

  /** Waits for the time that AWS needs, or may need. */
  public pause(seconds: number): Promise<void> {
    return pause(seconds * 1_000 * this.run.pace, this.signal);
  }

  /** Polls each second until there is a value; undefined once the time is over. */
  public eventually<T>(condition: () => Promise<T | undefined>, boundSeconds: number): Promise<T | undefined> {
    return eventually(condition, { boundMillis: boundSeconds * 1_000, intervalMillis: Math.max(50, 1_000 * this.run.pace), signal: this.signal });
  }

  /** Like `eventually`, for results that AWS shows after minutes. */
  public slowly<T>(condition: () => Promise<T | undefined>, boundSeconds: number): Promise<T | undefined> {
    return this.eventually(condition, Math.max(SLOWLY_SECONDS, boundSeconds * this.run.pace));
  }

  /** Asks each second; returns the number of seconds until the condition was true, or undefined once the time is over. */
  public async secondsUntil(condition: () => Promise<boolean>, boundSeconds: number): Promise<number | undefined> {
    let seconds = 0;
    const isTrue = await this.eventually(async () => {
      if (await condition()) return true;
      seconds++;
      return undefined;
    }, boundSeconds);
    return isTrue && seconds;
  }

  /** Records a resource before its creation. Nothing is recorded any more once the look is over. */
  public making(kind: Kind, name: string, region = this.run.regions.source): void {
    this.signal.throwIfAborted();
    this.run.record.add({ kind, region, name });
  }

  public async thing(local: string, properties: Omit<CreateThingCommandInput, 'thingName'> = {}): Promise<string> {
    const thingName = this.name(local);
    this.making('thing', thingName);
    await this.source.iot.send(new CreateThingCommand({ thingName, ...properties }));
    return thingName;
  }

  public async group(local: string, properties: Omit<CreateThingGroupCommandInput, 'thingGroupName'> = {}): Promise<string> {
    const thingGroupName = this.name(local);
    this.making('thing group', thingGroupName);
    await this.source.iot.send(new CreateThingGroupCommand({ thingGroupName, tags: tagsOf(this.run.id), ...properties }));
    return thingGroupName;
  }

  public async type(local: string, properties: Omit<CreateThingTypeCommandInput, 'thingTypeName'> = {}): Promise<string> {
    const thingTypeName = this.name(local);
    this.making('thing type', thingTypeName);
    await this.source.iot.send(new CreateThingTypeCommand({ thingTypeName, tags: tagsOf(this.run.id), ...properties }));
    return thingTypeName;
  }

  /** A certificate that is not registered. Its subject is its name: AWS IoT has no names or tags of certificates. */
  public unregistered(local: string, options: Omit<SelfSignedOptions, 'commonName'> = {}): SelfSigned {
    return selfSigned({ commonName: this.name(local), ...options });
  }

  /** Registers a certificate without a CA. Nobody has its key, and it is inactive unless a belief is about something else. */
  public async register(
    certificate: SelfSigned, { clients = this.source, status = CertificateStatus.INACTIVE }: RegistrationOptions = {},
  ): Promise<Certificate> {
    this.making('certificate', certificate.id, clients.region);
    const call = { certificatePem: certificate.pem, status };
    const { certificateId, certificateArn } = await clients.iot.send(new RegisterCertificateWithoutCACommand(call));
    // An id that is not the expected one is known only now, and has to be removed like any other.
    this.run.record.add({ kind: 'certificate', region: clients.region, name: certificateId! });
    return { ...certificate, arn: certificateArn!, registeredId: certificateId! };
  }

  public async certificate(local: string, options: RegistrationOptions = {}): Promise<Certificate> {
    return this.register(this.unregistered(local), options);
  }

  /** A policy of AWS IoT. Whatever it is attached to, it allows nothing. */
  public async policy(local: string, policyDocument = DENYING): Promise<string> {
    const policyName = this.name(local);
    this.making('policy', policyName);
    await this.source.iot.send(new CreatePolicyCommand({ policyName, policyDocument, tags: tagsOf(this.run.id) }));
    return policyName;
  }

  public async queue(local: string, attributes: Partial<Record<QueueAttributeName, string>> = {}): Promise<Queue> {
    const name = this.name(local);
    this.making('queue', name);
    const call = { QueueName: name, Attributes: attributes, tags: { [TAG]: this.run.id } };
    const { QueueUrl } = await this.source.sqs.send(new CreateQueueCommand(call));
    const { Attributes } = await this.source.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [QueueAttributeName.QueueArn] }));
    return { name, url: QueueUrl!, arn: Attributes!.QueueArn! };
  }

  /**
   * A role for a service. IAM needs some seconds to propagate it.
   *
   * @param condition the condition of its trust policy
   */
  public async role(local: string, service: string, statements: readonly object[], condition?: object): Promise<string> {
    const RoleName = this.name(local);
    this.making('role', RoleName);
    const trust = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole', ...condition && { Condition: condition } };
    await this.source.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust), Tags: tagsOf(this.run.id) }));
    if (statements.length > 0) {
      await this.source.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: TAG, PolicyDocument: policy(...statements) }));
    }
    return this.roleArn(local);
  }

  /** @returns its ARN */
  public async workflow(local: string, type: StateMachineType, roleArn: string, definition: object): Promise<string> {
    const name = this.name(local);
    this.making('workflow', name);
    const call = { name, type, roleArn, definition: JSON.stringify(definition), tags: [{ key: TAG, value: this.run.id }] };
    return (await this.source.sfn.send(new CreateStateMachineCommand(call))).stateMachineArn!;
  }

  /** A table on demand, with a partition key `pk`. */
  public async table(local: string): Promise<string> {
    const TableName = this.name(local);
    this.making('table', TableName);
    const { dynamodb } = this.source;
    await dynamodb.send(new CreateTableCommand({ TableName, ...TABLE, Tags: tagsOf(this.run.id) }));
    const isActive = await this.eventually(async () => {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      return Table?.TableStatus === 'ACTIVE' ? true : undefined;
    }, 120);
    if (!isActive) throw new NotLookable('the table that it needs was not active within two minutes');
    return TableName;
  }

  /** Deploys a stack, and waits for it. @throws NotLookable with the message of CloudFormation, if it fails */
  public async stack(local: string, resources: object, { boundSeconds = 300, clients = this.source }: StackOptions = {}): Promise<void> {
    const StackName = this.name(local);
    this.making('stack', StackName, clients.region);
    await clients.cloudFormation.send(new CreateStackCommand({ StackName, ...this.template(resources) }));
    await this.deployed(clients, StackName, 'CREATE_COMPLETE', boundSeconds);
  }

  /** Deploys a stack of the source once more. @throws NotLookable with the message of CloudFormation, if it fails */
  public async update(local: string, resources: object, boundSeconds: number): Promise<void> {
    await this.source.cloudFormation.send(new UpdateStackCommand({ StackName: this.name(local), ...this.template(resources) }));
    await this.deployed(this.source, this.name(local), 'UPDATE_COMPLETE', boundSeconds);
  }

  private template(resources: object) {
    return { TemplateBody: JSON.stringify({ Resources: resources }), Capabilities: [Capability.CAPABILITY_NAMED_IAM], Tags: tagsOf(this.run.id) };
  }

  private async deployed({ cloudFormation }: Clients, StackName: string, wanted: string, boundSeconds: number): Promise<void> {
    const end = await this.eventually(async () => {
      const status = (await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks![0].StackStatus!;
      return status.endsWith('_IN_PROGRESS') ? undefined : status;
    }, boundSeconds);
    if (end === wanted) return;
    const { StackEvents } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
    const failures = (StackEvents ?? []).filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'));
    throw new NotLookable(`the stack that it needs is ${end ?? `not deployed within ${boundSeconds} s`}: ${failures.map((each) => each.ResourceStatusReason).join('; ')}`);
  }
}

/** A policy document. */
export function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The document of a policy that allows nothing. */
export const DENYING = policy({ Effect: 'Deny', Action: 'iot:Connect', Resource: '*' });
