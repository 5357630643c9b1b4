import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { Attribute, MembersIndex } from '../record/record';
import { topLevelStack } from '../settings/naming';

/** Below the priority of explicit tags (100), as the tags of a stack are below those of its resources. */
const STACK_TAG_PRIORITY = 1;

export interface RegistryTableProps {
  readonly tableName: string;
  readonly replicaRegions: string[];
  readonly removalPolicy: RemovalPolicy;
  readonly pointInTimeRecovery: boolean;
  readonly encryption?: TableEncryptionV2;
}

/** The global table of records: the desired state of the registry, in the source and in every destination. */
export class RegistryTable extends Construct {
  public readonly table: TableV2;

  constructor(scope: Construct, id: string, props: RegistryTableProps) {
    super(scope, id);

    this.table = new TableV2(this, 'Table', {
      tableName: props.tableName,
      partitionKey: { name: Attribute.PK, type: AttributeType.STRING },
      sortKey: { name: Attribute.SK, type: AttributeType.STRING },
      timeToLiveAttribute: Attribute.EXPIRES_AT,
      globalSecondaryIndexes: [{
        indexName: MembersIndex.NAME,
        partitionKey: { name: MembersIndex.PARTITION_KEY, type: AttributeType.STRING },
        sortKey: { name: MembersIndex.SORT_KEY, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      }],
      replicas: props.replicaRegions.map((region) => ({ region })),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery },
      encryption: props.encryption,
      removalPolicy: props.removalPolicy,
    });
    this.tagReplicasAsTheStack();
  }

  /** CloudFormation adds a stack's tags to every resource that supports tags; for a global table, its replicas do. */
  private tagReplicasAsTheStack(): void {
    for (const [key, value] of Object.entries(topLevelStack(this).tags.tagValues())) {
      Tags.of(this.table).add(key, value, { priority: STACK_TAG_PRIORITY });
    }
  }
}
