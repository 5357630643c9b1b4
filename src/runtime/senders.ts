/** The used parts of the SDK's clients, which an in-memory service has to provide too. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { IoTClient } from '@aws-sdk/client-iot';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';

export interface DynamoDbSender {
  readonly send: DynamoDBClient['send'];
}

export interface IotSender {
  readonly send: IoTClient['send'];
}

export interface LambdaSender {
  readonly send: LambdaClient['send'];
}

export interface S3Sender {
  readonly send: S3Client['send'];
}

export interface SfnSender {
  readonly send: SFNClient['send'];
}

export interface SqsSender {
  readonly send: SQSClient['send'];
}

export interface SsmSender {
  readonly send: SSMClient['send'];
}
