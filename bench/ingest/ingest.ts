/** The cost of an event until its record is in the table, counted while the synthesized workflow runs in the interpreter of the tests. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Clock } from '../../test/simulation/clock';
import { synthesizeTable, synthesizeWorkflow, TABLE_NAME } from '../../test/simulation/definition';
import { GuardedTable } from '../../test/simulation/guarded-table';
import { Workflow } from '../../test/simulation/workflow';
import { Part, progress, Row, runPart, shown } from '../part';
import { Deployed, synthesizeDeployment } from './deployed';
import { itemBytes, WRITE_UNIT_BYTES } from './item-size';
import { addedMember, changedThing, EmittedEvent, lifeOfARegistry } from './source';

/** The calls and resources that one event uses in the source Region. */
export interface IngestUse {
  readonly rules: number;
  readonly actions: number;
  readonly executions: number;
  readonly lambdaInvocations: number;
  readonly writes: number;
  /** Bytes of the item that was written. */
  readonly itemBytes: number;
  /** The item is in the index too. */
  readonly indexed: boolean;
  /** Bytes of the event. */
  readonly eventBytes: number;
}

export interface IngestFigures {
  /** A change of a thing whose item fills one write unit. */
  readonly thing: IngestUse;
  /** A thing was added to a group. */
  readonly membership: IngestUse;
  readonly functionMemoryMegabytes: number;
}

interface Counts {
  events: number;
  executions: number;
  lambdaInvocations: number;
  writes: number;
  /** Writes that the guard accepted. */
  accepted: number;
  messages: number;
}

/** Topic rules, workflow and table of the source Region. */
class Ingest {
  public readonly counts: Counts = { events: 0, executions: 0, lambdaInvocations: 0, writes: 0, accepted: 0, messages: 0 };
  /** The accepted items, in order. */
  public readonly items: Record<string, AttributeValue>[] = [];
  private readonly table = new GuardedTable(TABLE_NAME, synthesizeTable());
  private readonly workflow: Workflow;

  constructor(private readonly deployed: Deployed, withRouter: boolean) {
    this.workflow = new Workflow({
      definition: synthesizeWorkflow({ withRouter }).rules,
      clock: new Clock(1_800_000_000_000),
    });
  }

  public async publish({ topic, payload }: EmittedEvent): Promise<void> {
    this.counts.events++;
    const { actions } = this.deployed.actionsOn(topic);
    for (let i = 0; i < actions; i++) {
      this.counts.executions++;
      await this.workflow.execute(payload, async (resource, input) => this.runTask(resource, input));
    }
  }

  private runTask(resource: string, input: unknown): unknown {
    switch (resource) {
      case 'dynamodb:putItem':
        this.counts.writes++;
        this.items.push(this.table.put(input as object));
        this.counts.accepted++;
        return {};
      case 'lambda:invoke':
        this.counts.lambdaInvocations++;
        return { Payload: { replicate: true } };
      default:
        this.counts.messages++;
        return {};
    }
  }
}

async function measure(): Promise<Part<IngestFigures>> {
  progress('ingest: running the synthesized workflow');
  const deployed = synthesizeDeployment();
  if (deployed.workflowType !== 'EXPRESS') throw new Error(`the workflow is of type ${deployed.workflowType}, expected EXPRESS`);
  return {
    rows: [...await countEvents(deployed, false), ...await countEvents(deployed, true)],
    figures: {
      thing: await useOf(deployed, changedThing(await fillingBytes(deployed))),
      membership: await useOf(deployed, addedMember()),
      functionMemoryMegabytes: deployed.functionMemoryMegabytes,
    },
  };
}

async function countEvents(deployed: Deployed, withRouter: boolean): Promise<Row[]> {
  const ingest = new Ingest(deployed, withRouter);
  const all = lifeOfARegistry();
  const events = all.filter(({ topic }) => deployed.actionsOn(topic).rules > 0);
  for (const event of events) await ingest.publish(event);
  const { events: count, executions, lambdaInvocations, writes, accepted, messages } = ingest.counts;
  const perEvent = [lambdaInvocations, writes, executions].map((each) => each / count);
  const [lambdas, puts, starts] = perEvent.map((each) => shown(each));
  const expected = [withRouter ? 1 : 0, 1, 1];
  const rows: Row[] = [{
    what: withRouter ? 'ingest per event, with a router' : 'ingest per event',
    mustReach: withRouter ? 'the router, 1 DynamoDB write, 1 Express execution' : '0 Lambda invocations, 1 DynamoDB write, 1 Express execution',
    measured: `${withRouter ? 'the router' : 'Lambda invocations'} ${lambdas}, writes ${puts}, executions ${starts} (${count} events, ${accepted} records, ${messages} dead letters)`,
    ok: perEvent.every((each, i) => each === expected[i]) && messages === 0,
  }];
  if (withRouter) return rows;

  for (const event of events) await ingest.publish(event);
  const passed = ingest.counts.accepted - accepted;
  rows.push({
    what: 'registry calls per change: a duplicate event',
    mustReach: '0',
    measured: `${passed === 0 ? 0 : `up to ${shown(passed / count)}`} (${passed} of ${count} duplicates passed the guard, so the stream tells of ${passed})`,
    ok: passed === 0,
  });
  const before = ingest.counts.executions;
  const others = all.filter((event) => !events.includes(event));
  for (const event of others) await ingest.publish(event);
  rows.push({ what: 'executions per association or hierarchy event', mustReach: '0', measured: `${ingest.counts.executions - before} (${others.length} events)`, ok: ingest.counts.executions === before });
  return rows;
}

/** What a single event uses. */
async function useOf(deployed: Deployed, [event, ...others]: readonly EmittedEvent[]): Promise<IngestUse> {
  if (others.length > 0) throw new Error('expected one event');
  const ingest = new Ingest(deployed, false);
  await ingest.publish(event);
  const [item] = ingest.items;
  return {
    ...deployed.actionsOn(event.topic),
    executions: ingest.counts.executions,
    lambdaInvocations: ingest.counts.lambdaInvocations,
    writes: ingest.counts.writes,
    itemBytes: itemBytes(item),
    indexed: synthesizeTable().GlobalSecondaryIndexes!.some(({ KeySchema }) => KeySchema.every(({ AttributeName }) => AttributeName in item)),
    eventBytes: Buffer.byteLength(JSON.stringify(event.payload)),
  };
}

/** Bytes of the attribute with which a thing's item fills one write unit. */
async function fillingBytes(deployed: Deployed): Promise<number> {
  const { itemBytes: withOneByte } = await useOf(deployed, changedThing(1));
  return WRITE_UNIT_BYTES - withOneByte + 1;
}

runPart(measure);
