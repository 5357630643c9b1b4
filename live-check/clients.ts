import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { IAMClient } from '@aws-sdk/client-iam';
import { IoTClient } from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient, STSClientConfig } from '@aws-sdk/client-sts';

/** How to reach an account: by default, like the AWS CLI. */
export type Connection = Pick<STSClientConfig, 'credentials' | 'endpoint' | 'profile' | 'disableHostPrefix'>;

/** A call without an answer would delay Ctrl-C. Callers wait for an execution for at most a minute. */
const REQUEST = { connectionTimeout: 5_000, requestTimeout: 90_000, throwOnRequestTimeout: true };

/** One Region's clients, created at their first use. Once the signal is aborted, no call begins; a running call ends on its own. */
export class Clients {
  private readonly made = new Map<new (config: never) => unknown, unknown>();

  constructor(public readonly region: string, private readonly connection: Connection, private readonly signal?: AbortSignal) {}

  public get cloudFormation() { return this.of(CloudFormationClient); }
  public get cloudWatch() { return this.of(CloudWatchClient); }
  public get dynamodb() { return this.of(DynamoDBClient); }
  public get streams() { return this.of(DynamoDBStreamsClient); }
  public get iam() { return this.of(IAMClient); }
  public get iot() { return this.of(IoTClient); }
  public get iotData() { return this.of(IoTDataPlaneClient); }
  public get lambda() { return this.of(LambdaClient); }
  public get serviceQuotas() { return this.of(ServiceQuotasClient); }
  public get sfn() { return this.of(SFNClient); }
  public get sqs() { return this.of(SQSClient); }
  public get sts() { return this.of(STSClient); }

  private of<Client extends object>(kind: new (config: never) => Client): Client {
    const known = this.made.get(kind);
    if (known) return known as Client;
    const client = new (kind as unknown as new (config: object) => Client)({ ...this.connection, region: this.region, requestHandler: REQUEST });
    this.refuseOnceAborted(client as unknown as STSClient);
    this.made.set(kind, client);
    return client;
  }

  private refuseOnceAborted(client: STSClient): void {
    client.middlewareStack.add((next) => async (args) => {
      this.signal?.throwIfAborted();
      return next(args);
    }, { step: 'initialize', name: 'refuseOnceAborted' });
  }
}
