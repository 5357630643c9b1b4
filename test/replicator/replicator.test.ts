import { Duration } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { ENTITY_KINDS, sortKeysOf } from '../../src/kinds/register';
import { SignalKind } from '../../src/record/signal';
import { DESTINATION, Json, OTHER, allowedBy, complaintsOf, createStack, destination, replicate, resourcesOf, synth } from '../apps';

const template = destination(replicate({ replicationName: 'fleet' })).toJSON();
const ofState = { Ref: expect.stringMatching(/^DestinationReplicatorState[0-9A-F]{8}$/) };

const named = (type: string, property: string, name: string): Json => {
  const found = resourcesOf(template, type).filter(({ Properties }) => Properties[property] === name);
  expect(found).toHaveLength(1);
  return found[0].Properties;
};
const onlyOne = (type: string, of = template): Json => {
  const found = resourcesOf(of, type);
  expect(found).toHaveLength(1);
  return found[0].Properties;
};
/** JSON with references in it. */
const parsed = ({ 'Fn::Join': [, parts] }: Json): Json => JSON.parse(parts.map((part: string | Json) => (typeof part === 'string' ? part : `<${part['Fn::GetAtt'].join('.')}>`)).join(''));
const sourceOf = (kind: 'stream' | 'queue'): Json => (kind === 'queue' ? onlyOne('AWS::Lambda::EventSourceMapping') : parsed(onlyOne('Custom::StreamSource').Settings));
const ofQueue = (id: string) => ({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^DestinationReplicator${id}[0-9A-F]{8}$`)), 'Arn'] });
const DAY = Duration.days(1).toSeconds();

describe('functions', () => {
  test.each([
    ['fleet-replicator', {
      DRIFT_INTERVAL_SECONDS: '86400',
      DRIFT_PROOF_DAYS: '3',
      HEARTBEAT_INTERVAL_MINUTES: '1',
      SWEEP_INTERVAL_SECONDS: '86400',
      SWEEP_PROOF_DAYS: '3',
      IS_PAUSED: 'false',
    }], ['fleet-retry', {}],
  ])('%s knows the table, the source, the queues and the deletion mode', (name, more) => {
    const { Environment, ...rest } = named('AWS::Lambda::Function', 'FunctionName', name);
    expect(rest).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 });
    expect(Environment.Variables).toEqual({
      REGISTRY_TABLE_NAME: 'fleet',
      SOURCE_REGION: 'us-east-1',
      RETRY_QUEUE_URL: { Ref: expect.stringMatching(/^DestinationReplicatorRetryQueue/) },
      DEAD_LETTER_QUEUE_URL: { Ref: expect.stringMatching(/^DestinationReplicatorDeadLetterQueue/) },
      DELETION_MODE: 'REPLICATE',
      STATE_TABLE_NAME: ofState,
      MAX_DELETIONS_PER_MINUTE: '500',
      REPLICATION_NAME: 'fleet',
      LOG_PAYLOADS: 'false',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      ...more,
    });
  });

  test('know how many deletions a minute may have', () => {
    const limited = destination(replicate({ replicationName: 'fleet', maxDeletionsPerMinute: 7 })).toJSON();
    const limits = resourcesOf(limited, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Environment?.Variables.MAX_DELETIONS_PER_MINUTE).filter(Boolean);
    expect(limits).toEqual(['7', '7']);
  });

  test('the retry function may send to the queue that invokes it for as long as keys wait; no other function is known to loop', () => {
    const allowed = resourcesOf(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.RecursiveLoop === 'Allow');
    expect(allowed.map(({ Properties }) => Properties.FunctionName)).toEqual(['fleet-retry']);
  });

  test('each has an identity of its own', () => {
    const roles = ['fleet-replicator', 'fleet-retry'].map((name) => JSON.stringify(named('AWS::Lambda::Function', 'FunctionName', name).Role));
    expect(roles[0]).not.toBe(roles[1]);
  });
});

describe('the stream', () => {
  test('is read from its beginning, in batches that report single failures', () => {
    expect(sourceOf('stream')).toMatchObject({ FunctionName: 'fleet-replicator', BatchSize: 100, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });

  test('gives a batch up an hour before the stream does, to the dead-letter queue', () => {
    expect(sourceOf('stream')).toMatchObject({
      BisectBatchOnFunctionError: true,
      MaximumRecordAgeInSeconds: DAY - 3600,
      DestinationConfig: { OnFailure: { Destination: expect.stringMatching(/^<DestinationReplicatorDeadLetterQueue[0-9A-F]{8}\.Arn>$/) } },
    });
    // As often as it takes until then: a number of attempts would be used up in minutes.
    expect(sourceOf('stream')).not.toHaveProperty('MaximumRetryAttempts');
  });

  test('has one consumer in order for each shard', () => {
    expect(sourceOf('stream').ParallelizationFactor ?? 1).toBe(1);
  });

  test('is the replica\'s current one, which the writer of the status looks up', () => {
    expect(named('AWS::Lambda::Function', 'FunctionName', 'fleet-status').Environment.Variables.STREAM_MAPPING).toEqual(onlyOne('Custom::StreamSource').Settings);
    expect(JSON.stringify(onlyOne('Custom::StreamSource'))).not.toContain('/stream/');
  });

  test('is looked up when the Regions or the table change, and not for their order', () => {
    const table = (destinationRegions: string[], tableName = 'devices') => (
      onlyOne('Custom::StreamSource', destination(replicate({ replicationName: 'fleet', tableName, destinationRegions })).toJSON()).Table
    );
    expect(table([DESTINATION, OTHER])).toBe(table([OTHER, DESTINATION]));
    expect(table([DESTINATION, OTHER])).not.toBe(table([DESTINATION]));
    expect(table([DESTINATION], 'other')).not.toBe(table([DESTINATION]));
  });

  test('is not followed by a schedule whose stack is being deleted: the schedule goes before the mapping', () => {
    const [schedule] = resourcesOf(template, 'AWS::Scheduler::Schedule').filter(({ Properties }) => JSON.stringify(Properties.Target.Arn).includes('DestinationStatusFunction'));
    expect(schedule.DependsOn).toContainEqual(expect.stringMatching(/^DestinationReplicatorStreamSource[0-9A-F]{8}$/));
  });

  describe('passes', () => {
    const { Filters } = sourceOf('stream').FilterCriteria;
    const pattern = JSON.parse(Filters[0].Pattern);
    const passes = (eventName: string, sk: string) => pattern.eventName.includes(eventName)
      && pattern.dynamodb.Keys.sk.S.some((rule: string | Json) => typeof rule === 'string' ? rule === sk : sk.startsWith(rule.prefix));

    test('records and signals of the pipeline', () => {
      expect(Filters).toHaveLength(1);
      expect(Object.keys(pattern)).toEqual(['eventName', 'dynamodb']);
      for (const sk of ['thing', 'group', 'type', 'group#line-1']) {
        expect(passes('INSERT', sk)).toBe(true);
        expect(passes('MODIFY', sk)).toBe(true);
      }
    });

    test('no removal: a tombstone that expired is no deletion', () => {
      expect(passes('REMOVE', 'thing')).toBe(false);
    });

    test('signals of the pipeline itself', () => {
      for (const sk of Object.values(SignalKind)) expect(passes('MODIFY', sk)).toBe(true);
    });

    test('records of every kind, replicated or not: a filter that changed when one is switched on would hold back records for minutes', () => {
      const { equal, beginning } = sortKeysOf(ENTITY_KINDS);
      expect(equal).toContain('cert');
      for (const sk of [...equal, ...beginning.map((text) => `${text}x`)]) expect(passes('INSERT', sk)).toBe(true);
      for (const identities of [{}, { caCertificates: true }]) {
        const other = onlyOne('Custom::StreamSource', destination(replicate({ replicationName: 'fleet', identities })).toJSON());
        expect(parsed(other.Settings)).toEqual(sourceOf('stream'));
      }
    });

    test('with a pattern that Lambda accepts', () => {
      expect(Filters[0].Pattern.length).toBeLessThanOrEqual(4096);
    });

    test('nothing of other kinds', () => {
      for (const sk of ['heartbeats', 'things', 'group-1', 'thing#a']) expect(passes('INSERT', sk)).toBe(false);
    });
  });
});

describe('the retry queue', () => {
  const queue = () => named('AWS::SQS::Queue', 'QueueName', 'fleet-retry');

  test('is consumed on its own, by few at once, and reports single failures', () => {
    expect(sourceOf('queue')).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
      EventSourceArn: ofQueue('RetryQueue'),
    });
  });

  test('shows a message again after six times the time that its function has', () => {
    expect(queue().VisibilityTimeout).toBe(6 * named('AWS::Lambda::Function', 'FunctionName', 'fleet-retry').Timeout);
  });

  test('sends a message that no attempt could handle to the dead-letter queue', () => {
    expect(queue().RedrivePolicy).toEqual({ deadLetterTargetArn: ofQueue('DeadLetterQueue'), maxReceiveCount: 10 });
  });

  test('keeps a key, as the dead-letter queue does, for 14 days', () => {
    expect(queue().MessageRetentionPeriod).toBe(14 * DAY);
    expect(named('AWS::SQS::Queue', 'QueueName', 'fleet-dead-letters').MessageRetentionPeriod).toBe(14 * DAY);
  });
});

test('what the consumers know of each other is in a table of this Region alone, which goes with its stack', () => {
  const [{ Properties, DeletionPolicy }] = resourcesOf(template, 'AWS::DynamoDB::Table');
  expect(DeletionPolicy).toBe('Delete');
  expect(Properties).toEqual({
    TableName: 'fleet-state',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'prerequisite', AttributeType: 'S' }, { AttributeName: 'waitingSince', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [{
      IndexName: 'waiting',
      KeySchema: [{ AttributeName: 'prerequisite', KeyType: 'HASH' }, { AttributeName: 'waitingSince', KeyType: 'RANGE' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['waitingRevision'] },
    }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

test('deletions and keys that wait are written to that table alone, under keys of their own', () => {
  const counting = allowedBy(template).filter(({ Action }) => Action.includes('dynamodb:UpdateItem'));
  expect(counting).toHaveLength(4);
  for (const { Resource, Condition } of counting) {
    expect(Condition).toBeDefined();
    expect(Resource).toEqual([{ 'Fn::GetAtt': [ofState.Ref, 'Arn'] }]);
  }
});

describe('a paused Region', () => {
  const paused = replicate({ destinationRegions: [DESTINATION, OTHER], pausedRegions: [OTHER] });
  const enabled = (region: string) => {
    const there = destination(paused, region).toJSON();
    return [onlyOne('AWS::Lambda::EventSourceMapping', there).Enabled, onlyOne('Custom::StreamSource', there).Enabled];
  };

  test('consumes neither its stream nor its retry queue', () => {
    expect(enabled(OTHER)).toEqual([false, 'false']);
  });

  test('lets the other destinations continue', () => {
    expect(enabled(DESTINATION)).toEqual([true, 'true']);
  });

  test('keeps everything that it is resumed with', () => {
    const withoutPause = replicate({ destinationRegions: [DESTINATION, OTHER] });
    const types = (of: typeof paused) => Object.entries(destination(of, OTHER).toJSON().Resources as Json).map(([id, { Type }]) => `${id} ${Type}`);
    // The end of the pause starts a drift check.
    expect(types(paused)).toEqual(types(withoutPause).filter((each) => !each.includes('FirstRun')));
  });
});

test('alarms on a destination are made in its stack', () => {
  const stack = createStack();
  const { destinations: [there] } = replicate({}, stack);
  new Alarm(there.stack, 'DeadLetters', { metric: there.deadLetterQueue.metricApproximateNumberOfMessagesVisible(), threshold: 1, evaluationPeriods: 1 });
  expect(complaintsOf(synth(stack))).toEqual([]);
});
