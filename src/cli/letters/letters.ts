import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Message, SQSClient } from '@aws-sdk/client-sqs';
import pMap from 'p-map';
import { Letter, letterIn } from './letter';
import { LetterQueue, TargetQueue } from './queue';
import { PhysicalNames } from '../../record/physical-names';
import { accountIn } from '../account';
import { Clients, within } from '../clients';
import { CommandError, failureOf } from '../errors';
import type { Replication } from '../replication';
import { workflowArnOf } from '../runs/workflow';

/** A letter with its place. */
export interface FoundLetter extends Letter {
  readonly region: string;
  readonly messageId: string;
  /** When it came to the queue: ISO 8601. */
  readonly sentAt: string;
  /** The message as it is. */
  readonly body: string;
}

/** A Region whose letters were read, or could not be. */
export interface LettersOfRegion {
  readonly region: string;
  readonly role: 'source' | 'destination';
  readonly problem?: string;
}

/** Which letters a command is about; without a condition, all of them. */
export interface LetterFilter {
  readonly regions?: readonly string[];
  readonly classes?: readonly string[];
  readonly errors?: readonly string[];
  readonly entity?: string;
}

interface Taken {
  readonly letter: FoundLetter;
  readonly message: Message;
  readonly queue: LetterQueue;
}

interface TakenIn {
  readonly asked: LettersOfRegion;
  readonly taken: readonly Taken[];
}

const CONCURRENCY = 8;

/** The letters of all Regions. They are hidden from others until `giveBack`. */
export class Letters {
  private readonly names: PhysicalNames;
  private readonly queues: LetterQueue[] = [];
  private taken: Taken[] = [];
  private asked: readonly LettersOfRegion[] = [];

  constructor(private readonly clients: Clients, private readonly replication: Replication, private readonly signal: AbortSignal) {
    this.names = new PhysicalNames(replication.name);
  }

  /** Takes the letters that match. A Region that can't be read is no error of the others. */
  public async take(filter: LetterFilter): Promise<readonly FoundLetter[]> {
    const { sourceRegion, destinationRegions } = this.replication;
    const regions = [sourceRegion, ...destinationRegions].filter((region) => filter.regions?.includes(region) ?? true);
    const roleOf = (region: string) => (region === sourceRegion ? 'source' : 'destination');
    const found = await Promise.all(regions.map((region) => this.takeIn(region, roleOf(region))));
    this.asked = found.map(({ asked }) => asked);
    const taken = found.flatMap((each) => each.taken).filter(({ letter }) => matches(letter, filter));
    this.taken = taken.sort((a, b) => Date.parse(a.letter.sentAt) - Date.parse(b.letter.sentAt));
    return this.taken.map(({ letter }) => letter);
  }

  /** The source first. */
  public get regions(): readonly LettersOfRegion[] {
    return this.asked;
  }

  public giveBack(): Promise<unknown> {
    return Promise.all(this.queues.map((queue) => queue.giveBack()));
  }

  /** Deletes the letters. @returns their number */
  public async delete(): Promise<number> {
    await pMap(this.taken, async ({ message, queue }) => {
      this.signal.throwIfAborted();
      await queue.delete(message);
    }, { concurrency: CONCURRENCY });
    return this.taken.length;
  }

  /** Tries the changes of the letters again, and deletes each letter once that is under way. @returns the number of them */
  public async redrive(): Promise<number> {
    const retryQueues = new Map<string, TargetQueue>();
    const workflowArn = this.taken.some(({ letter }) => letter.redrive?.to === 'workflow') ? await this.workflowArn() : '';
    const redriven = this.taken.filter(({ letter }) => letter.redrive);
    await pMap(redriven, async ({ letter: { redrive, region }, message, queue }) => {
      this.signal.throwIfAborted();
      if (redrive!.to === 'workflow') {
        await this.clients.of(SFNClient, region).send(new StartExecutionCommand({ stateMachineArn: workflowArn, input: redrive!.event }));
      } else {
        const retryQueue = retryQueues.get(region) ?? new TargetQueue(this.clients.of(SQSClient, region), this.names.retryQueue);
        retryQueues.set(region, retryQueue);
        await retryQueue.send(redrive!.body);
      }
      // Only now: a letter that is twice on its way does no harm, one that is nowhere is lost.
      await queue.delete(message);
    }, { concurrency: CONCURRENCY });
    return redriven.length;
  }

  private async takeIn(region: string, role: LettersOfRegion['role']): Promise<TakenIn> {
    const queue = new LetterQueue(this.clients.of(SQSClient, region), this.names.deadLetterQueue);
    this.queues.push(queue);
    try {
      const messages = await queue.take(this.signal);
      return { asked: { region, role }, taken: messages.map((message) => ({ letter: foundIn(message, region), message, queue })) };
    } catch (error) {
      this.signal.throwIfAborted();
      const { kind, text } = failureOf(error);
      if (kind === 'credentials') throw new CommandError(text);
      return { asked: { region, role, problem: text }, taken: [] };
    }
  }

  private async workflowArn(): Promise<string> {
    const { sourceRegion } = this.replication;
    return workflowArnOf(this.names.persistenceWorkflow, sourceRegion, await accountIn(this.clients, sourceRegion, within(this.signal)));
  }
}

function foundIn({ Body = '', MessageId, Attributes = {} }: Message, region: string): FoundLetter {
  return { region, messageId: MessageId!, sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(), ...letterIn(Body), body: Body };
}

function matches(letter: FoundLetter, { classes, errors, entity }: LetterFilter): boolean {
  return (!classes || classes.includes(letter.class ?? ''))
    && (!errors || errors.includes(letter.error ?? ''))
    && (entity === undefined || patternIn(entity).test(letter.entity ?? ''));
}

/** With `*` for any characters; the whole name, or its end after the kind. */
function patternIn(text: string): RegExp {
  return new RegExp(`(^|[/ ])${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}
