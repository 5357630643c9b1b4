import { RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { customerKeyOf } from './customer-key';

/**
 * Role and log group of one function. The role may write to this log group; AWS's managed policy for functions, which it replaces,
 * allows that for every log group of the account.
 *
 * The log group has no physical name: one that outlives its stack by a late log line would block the next deployment.
 */
export class HandlerIdentity extends Construct {
  public readonly role: Role;
  public readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, logRetention: RetentionDays) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Logs describe a pipeline that no longer exists; the table and the queues keep what matters.
    this.logGroup = new LogGroup(this, 'Logs', { retention: logRetention, encryptionKey: customerKeyOf(this), removalPolicy: RemovalPolicy.DESTROY });
    this.logGroup.grantWrite(this.role);
  }
}
