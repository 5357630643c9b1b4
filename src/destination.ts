import { Stack } from 'aws-cdk-lib';
import { ITable, ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Drift } from './drift/drift';
import { PhysicalNames } from './record/physical-names';
import { stateKeyOf } from './record/state-keys';
import { encryptWith, grantKey } from './regional/customer-key';
import { Imports, importTable } from './regional/imports';
import { MarkerRole } from './regional/marker';
import { MarkerParameter } from './regional/marker-parameter';
import { RegionalStack } from './regional/regional-stack';
import { RegistryDestination } from './registry-destination';
import { Replicator } from './replicator/replicator';
import { isCustomerManaged } from './settings/encryption';
import { arnOf } from './settings/regions';
import { Settings } from './settings/settings';
import { StatusWatch } from './status/status-watch';

/** The rooms of a destination. Not exported: only the replication creates it. */
export class Destination extends RegistryDestination {
  public readonly region: string;
  public readonly replicationName: string;
  public readonly stack: Stack;
  public readonly table: ITableV2;
  public readonly replicator: IFunction;
  public readonly retryQueue: IQueue;
  public readonly deadLetterQueue: IQueue;
  public readonly driftWorkflow: IStateMachine;
  public readonly driftReportsBucket: IBucket;
  public readonly identityDriftWorkflow?: IStateMachine;
  public readonly identityReportsBucket?: IBucket;
  public readonly statusTable: ITable;

  constructor(scope: RegionalStack, id: string, settings: Settings) {
    super(scope, id);
    const { encryption, replicationName, tableName } = settings;
    const names = new PhysicalNames(replicationName);
    const keyArn = isCustomerManaged(encryption) && encryption.replicaKeyArns?.[scope.region];
    if (keyArn) encryptWith(this, Key.fromKeyArn(this, 'Key', keyArn), replicationName);

    new MarkerParameter(this, 'Marker', MarkerRole.DESTINATION, settings);
    // Its stream is looked up when it is read: a replica that is removed and put back has another one.
    const table = importTable(this, 'Replica', { tableName, tableStreamArn: arnOf(this, 'dynamodb', `table/${tableName}/stream/*`) });
    const replicator = new Replicator(this, 'Replicator', { settings, names, table });
    const status = new StatusWatch(this, 'Status', { settings, names, sources: replicator, streamSource: replicator.streamSource });
    const driftProps = {
      settings,
      names,
      tableArn: table.tableArn,
      retryQueue: replicator.retryQueue,
      stateTable: replicator.stateTable,
      statusFunction: status.handler,
      consumers: [replicator.streamConsumer, replicator.retryConsumer],
      after: [replicator],
    };
    const drifts = [Drift.ofRegistry(this, 'Drift', driftProps), ...settings.identities ? [Drift.ofIdentities(this, 'IdentityDrift', settings.identities, driftProps)] : []];

    const imports = new Imports(this, 'Imports');
    // A permission that is added to the imported function, which it names without a reference, waits for the function.
    imports.node.addDependency(replicator, ...drifts, status);
    this.region = scope.region;
    this.replicationName = settings.replicationName;
    this.stack = scope;
    this.table = imports.table(tableName);
    this.replicator = imports.function('Replicator', names.replicator);
    this.retryQueue = imports.queue('RetryQueue', names.retryQueue);
    this.deadLetterQueue = imports.queue('DeadLetterQueue', names.deadLetterQueue);
    this.driftWorkflow = imports.stateMachine('DriftWorkflow', names.drift);
    this.driftReportsBucket = imports.bucket('DriftReports', names.reportsBucket(scope));
    if (settings.identities) {
      this.identityDriftWorkflow = imports.stateMachine('IdentityDriftWorkflow', names.identityDrift);
      this.identityReportsBucket = imports.bucket('IdentityReports', names.identityReportsBucket(scope));
    }
    this.statusTable = imports.localTable('StatusTable', names.stateTable);
  }

  public grantReadStatus(grantee: IGrantable): Grant {
    const read = Grant.addToPrincipal({
      grantee,
      actions: ['dynamodb:GetItem'],
      resourceArns: [this.statusTable.tableArn],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [stateKeyOf.status] } },
    });
    return grantKey(this, grantee, { decrypt: ['dynamodb'] }).reduce((grants, grant) => grants.combine(grant), read);
  }
}
