import {
  BatchGetItemCommand, ConditionalCheckFailedException, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand, type AttributeValue,
  type PutItemCommandInput, type QueryCommandInput, type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { validateExpressions } from 'dynalite/validations';
import { Texts } from './texts';
import { LaggingIndex } from './waiting-index';
import { DELETIONS_KEY_PREFIX, StateAttribute, WaitingIndex } from '../../src/record/state-keys';

type Item = Record<string, AttributeValue>;
type Values = Record<string, AttributeValue>;

type Expressions = Partial<Pick<
  UpdateItemCommandInput & QueryCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>>;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_ITEM_BYTES = 400 * 1024;

/** What a call of the table of state has in common with the others. */
export interface StateCommand { readonly input: Expressions & { readonly TableName?: string; readonly RequestItems?: object } }

/** Whether a call is of the destination's table of state. */
export function isOfState({ input: { TableName, RequestItems } }: StateCommand, tableName: string): boolean {
  return TableName === tableName || (RequestItems !== undefined && tableName in RequestItems);
}

/** The destination's table of state: the part of DynamoDB that the functions of a destination use of it. */
export class StateTable {
  /** Hears of each item that is put. */
  public onPut?: (item: Readonly<Record<string, AttributeValue>>) => void;
  /** Tombstones whose deletion was counted and begun. */
  public readonly begun = new Set<string>();
  /** Writes, but for the counters of deletions. */
  public writes = 0;
  private readonly items = new Texts<Item>();
  private readonly index = new LaggingIndex();

  constructor(
    private readonly tableName: string, private readonly now: () => number = () => 0,
    /** Milliseconds until the index shows a write. */
    private readonly indexLag: () => number = () => 0,
  ) {}

  /** The most deletions that a minute had. */
  public get mostDeletions(): number {
    return Math.max(0, ...this.items.withPrefix(DELETIONS_KEY_PREFIX).map((item) => Number(item[StateAttribute.COUNT].N)));
  }

  /** Items whose key begins so. */
  public withPrefix(prefix: string): Item[] {
    return this.items.withPrefix(prefix);
  }

  public get(pk: string): Item | undefined {
    return this.items.get(pk);
  }

  /** Nothing is left of it, as in a table that has just been created. */
  public clear(): void {
    for (const item of this.items.withPrefix('')) this.set(item[StateAttribute.PK].S!, undefined);
  }

  public answer(command: StateCommand): Record<string, unknown> {
    expectValid(command.input);
    if (command instanceof UpdateItemCommand) return this.update(command.input);
    if (command instanceof PutItemCommand) return this.put(command.input);
    if (command instanceof GetItemCommand) {
      return { Item: this.items.get(this.keyOf(command.input)) };
    }
    if (command instanceof DeleteItemCommand) {
      const pk = this.keyOf(command.input);
      this.expect(this.items.get(pk), command.input.ConditionExpression, command.input.ExpressionAttributeValues);
      this.set(pk, undefined);
      return {};
    }
    if (command instanceof BatchGetItemCommand) {
      const keys = command.input.RequestItems![this.tableName].Keys!.map((key) => key[StateAttribute.PK].S!);
      if (keys.length < 1 || keys.length > 100 || new Set(keys).size < keys.length) throw new Error(`expected a batch of 1 to 100 different keys, got ${keys.join(', ')}`);
      return { Responses: { [this.tableName]: keys.flatMap((pk) => [this.items.get(pk) ?? []].flat()) }, UnprocessedKeys: {} };
    }
    if (command instanceof QueryCommand) return this.query(command.input);
    throw new Error(`the table of state has no call ${command.constructor.name}`);
  }

  /** Replaces an item, if it has the revision that the condition names, or none. */
  private put({ TableName, Item: item, ConditionExpression, ExpressionAttributeValues }: PutItemCommandInput): Record<string, unknown> {
    if (TableName !== this.tableName) throw new Error(`expected an item of the table of state, got one of ${TableName}`);
    const pk = item![StateAttribute.PK].S!;
    const expected = ConditionExpression === '#revision = :revision' ? ExpressionAttributeValues![':revision'].N : undefined;
    if (expected === undefined && ConditionExpression !== 'attribute_not_exists(#revision)') throw new Error(`expected a condition on the revision, got ${ConditionExpression}`);
    if (this.items.get(pk)?.revision?.N !== expected) throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    this.set(pk, item);
    this.onPut?.(item!);
    return {};
  }

  private keyOf({ TableName, Key }: { readonly TableName?: string; readonly Key?: Item }): string {
    if (TableName !== this.tableName || Object.keys(Key ?? {}).length !== 1) throw new Error(`expected a key of the table of state, got ${JSON.stringify(Key)}`);
    return Key![StateAttribute.PK].S!;
  }

  private update({ UpdateExpression = '', ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {}, ...input }: UpdateItemCommandInput): Record<string, unknown> {
    const pk = this.keyOf(input);
    const before = this.items.get(pk);
    this.expect(before, ConditionExpression, ExpressionAttributeValues);
    const item: Item = { ...before, ...input.Key };
    const nameOf = (text: string) => ExpressionAttributeNames[text] ?? text;
    const valueOf = (text: string): AttributeValue => {
      const [, name, value] = /^if_not_exists\((\S+), (:\w+)\)$/.exec(text) ?? [];
      if (name) return before?.[nameOf(name)] ?? ExpressionAttributeValues[value];
      if (!(text in ExpressionAttributeValues)) throw new Error(`the simulation has no value ${text}`);
      return ExpressionAttributeValues[text];
    };
    const changed: Item = {};
    for (const [, clause, body] of UpdateExpression.matchAll(/(SET|REMOVE|ADD) (.*?)(?= (?:SET|REMOVE|ADD) |$)/g)) {
      for (const part of body.split(/, (?![^(]*\))/)) {
        if (clause === 'REMOVE') {
          delete item[nameOf(part)];
          continue;
        }
        const [target, source] = part.split(clause === 'SET' ? ' = ' : ' ');
        const value = valueOf(source);
        item[nameOf(target)] = clause === 'SET' ? value : added(before?.[nameOf(target)], value);
        changed[nameOf(target)] = item[nameOf(target)];
      }
    }
    this.set(pk, item);
    return { Attributes: input.ReturnValues === 'ALL_NEW' ? { ...item } : input.ReturnValues === 'UPDATED_NEW' ? changed : undefined };
  }

  /** @throws ConditionalCheckFailedException */
  private expect(item: Item | undefined, condition: string | undefined, values: Values = {}): void {
    // A disjunction of conjunctions, which may stand in brackets.
    const parts = condition?.split(' OR ').map((each) => each.replace(/^\((.* AND .*)\)$/, '$1').split(' AND '));
    if (parts && !parts.some((all) => all.every((each) => holds(each, item, values)))) {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    }
  }

  private query({ TableName, IndexName, KeyConditionExpression = '', ExpressionAttributeValues: values = {}, ExclusiveStartKey, Limit = Infinity, ConsistentRead, Select }: QueryCommandInput) {
    const { NAME, PARTITION_KEY, SORT_KEY, PROJECTED } = WaitingIndex;
    const [, before] = new RegExp(`^${PARTITION_KEY} = :partition(?: AND ${SORT_KEY} < (:before))?$`).exec(KeyConditionExpression) ?? [undefined, 'none'];
    if (TableName !== this.tableName || IndexName !== NAME || ConsistentRead || before === 'none') throw new Error(`expected a query of the index ${NAME}, got ${KeyConditionExpression}`);
    const page = this.index.find(values[':partition'].S!, {
      before: before === undefined ? undefined : Number(values[before].N), after: ExclusiveStartKey, limit: Limit,
    }, this.now());
    const Items = page.map((item) => Object.fromEntries([StateAttribute.PK, PARTITION_KEY, SORT_KEY, ...PROJECTED].map((name) => [name, item[name]])));
    return Select === 'COUNT' ? { Count: page.length } : { Items, Count: page.length };
  }

  /** @throws ValidationException for an item that DynamoDB does not take */
  private set(pk: string, item: Item | undefined): void {
    if (item && sizeOf(item) > MAX_ITEM_BYTES) throw Object.assign(new Error('Item size to update has exceeded the maximum allowed size'), { name: 'ValidationException' });
    if (!pk.startsWith(DELETIONS_KEY_PREFIX)) this.writes += 1;
    if (item) this.items.set(pk, item);
    else this.items.delete(pk);
    this.index.note(pk, item, this.now() + this.indexLag());
  }
}

/**
 * The size of an item, as DynamoDB counts it.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);
}

function sizeOfValue({ S, N, SS, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (SS) return SS.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
  if (L) return L.reduce((sum, each) => sum + 1 + sizeOfValue(each), 3);
  if (M) return sizeOf(M) + 3 + Object.keys(M).length;
  return 1;
}

/** What ADD makes of a number or a set. */
function added(before: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  return value.SS ? { SS: [...new Set([...before?.SS ?? [], ...value.SS])] } : { N: String(Number(before?.N ?? 0) + Number(value.N)) };
}

function holds(condition: string, item: Item | undefined, values: Values): boolean {
  const [, call, argument] = /^(attribute_exists|attribute_not_exists)\((\w+)\)$/.exec(condition) ?? [];
  if (call) return (item?.[argument] !== undefined) === (call === 'attribute_exists');
  const [, set, element] = /^contains\((\w+), (:\w+)\)$/.exec(condition) ?? [];
  if (set) return item?.[set]?.SS?.includes(values[element].S!) ?? false;
  const [, sized, most] = /^size\((\w+)\) < (:\w+)$/.exec(condition) ?? [];
  if (sized) return item?.[sized]?.SS !== undefined && item[sized].SS!.length < Number(values[most].N);
  const [, name, operator, value] = /^(\w+) (=|<>|<) (:\w+)$/.exec(condition) ?? [];
  if (!name) throw new Error(`the simulation has no condition ${condition}`);
  const [ours, theirs] = [item?.[name], values[value]];
  if (operator === '<') return ours !== undefined && Number(ours.N) < Number(theirs.N);
  return (JSON.stringify(ours) === JSON.stringify(theirs)) === (operator === '=');
}

/** What was valid: parsing takes longer than all the rest, and does not depend on the values. */
const valid = new Set<string>();

/** @throws ValidationException for what DynamoDB does not take, such as a name that is one of its reserved words */
function expectValid({ UpdateExpression, ConditionExpression, KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }: Expressions): void {
  const expressions = { UpdateExpression, ConditionExpression, KeyConditionExpression, ExpressionAttributeNames };
  const request = JSON.stringify([expressions, Object.keys(ExpressionAttributeValues ?? {})]);
  if (valid.has(request)) return;
  const refusal = validateExpressions({ ...expressions, ExpressionAttributeValues: ExpressionAttributeValues && { ...ExpressionAttributeValues } });
  if (refusal !== undefined) throw Object.assign(new Error(refusal), { name: 'ValidationException' });
  valid.add(request);
}
