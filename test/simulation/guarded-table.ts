import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { checkConditional, validateItem, type TableDescription } from 'dynalite/db';
import { checkTypes, checkValidations } from 'dynalite/validations';
import { custom, types } from 'dynalite/validations/putItem';
import { custom as customOfUpdate, types as typesOfUpdate } from 'dynalite/validations/updateItem';
import { TableItems } from './table-items';

export type Item = Readonly<Record<string, AttributeValue>>;

interface PutRequest {
  readonly TableName: string;
  readonly Item: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A request whose condition was parsed; the parsed condition refers to the values of the request. */
interface ParsedCondition { readonly ExpressionAttributeValues: Record<string, Record<string, unknown>> }

/** A value, or what is made of attributes: `if_not_exists` is the only function, and the sum of an attribute and a value the only sum. */
type Operand = AttributeValue | readonly string[] | { readonly type: 'function' | 'add'; readonly args: readonly [readonly string[], AttributeValue] };
interface ParsedUpdate {
  readonly TableName: string;
  readonly Key: Item;
  readonly _updates: {
    readonly sections: readonly {
      readonly type: string;
      readonly path: readonly string[];
      readonly val: Operand;
    }[];
  };
}

const STORE = { options: { maxItemSize: 409_600 } };

/** A table that takes PutItem requests with conditions; what DynamoDB would say to them, dynalite says. */
export class GuardedTable {
  /** Parsing a condition takes longer than all the rest; what comes of it depends on the types of the values, not on the values. */
  private static readonly conditions = new Map<string, ParsedCondition>();

  public readonly items: TableItems;

  constructor(private readonly name: string, private readonly table: TableDescription, now: () => number = () => 0) {
    this.items = new TableItems(now);
  }

  /**
   * @param onOld gets what was stored before
   * @returns the item that was written
   * @throws Error named as the error of Step Functions' integration
   */
  public put(request: object, onOld?: (old: Item | undefined) => void): Item {
    const { TableName, Item, condition } = this.validate(request as PutRequest);
    if (TableName !== this.name) throw named('ResourceNotFoundException', `there is no table ${TableName}`);
    const key = this.keyOf(Item);
    const refusal = condition && checkConditional(condition, this.items.get(key));
    if (refusal) throw named(typeOf(refusal.body), refusal.message);
    onOld?.(this.items.get(key));
    this.items.set(key, Item);
    return Item;
  }

  /**
   * Sets attributes of an item.
   *
   * @returns the item that was written
   * @throws Error named as the error of Step Functions' integration
   */
  public update(request: object): Item {
    const parsed = checkTypes(JSON.parse(JSON.stringify(request)) as object, typesOfUpdate) as ParsedUpdate;
    try {
      checkValidations(parsed, typesOfUpdate, customOfUpdate, STORE);
    } catch (error) {
      const { body, message } = error as { body?: { __type: string }; message: string };
      throw body ? named(typeOf(body), message) : error;
    }
    if (parsed.TableName !== this.name) throw named('ResourceNotFoundException', `there is no table ${parsed.TableName}`);
    const key = this.keyOf(parsed.Key);
    const before = this.items.get(key);
    const refusal = checkConditional(parsed, before);
    if (refusal) throw named(typeOf(refusal.body), refusal.message);
    const set = parsed._updates.sections.map(({ type, path: [name, ...deeper], val }) => {
      if (type !== 'set' || deeper.length > 0) throw new Error('the simulation sets whole attributes only');
      return [name, valueOf(val, before)];
    });
    const item = { ...before, ...parsed.Key, ...Object.fromEntries(set) as Item };
    this.items.set(key, item);
    return item;
  }

  private keyOf(item: Item): string {
    return this.table.KeySchema.map(({ AttributeName }) => item[AttributeName].S).join('|');
  }

  private validate({ ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ...put }: PutRequest) {
    try {
      const { typed, Item } = typedOf(put);
      checkValidations(typed, types, custom, STORE);
      const invalid = validateItem(typed.Item, this.table);
      if (invalid) throw invalid;
      return { ...typed, Item, condition: conditionOf(put, { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues }, GuardedTable.conditions) };
    } catch (error) {
      const { body, message } = error as { body?: { __type: string }; message: string };
      throw body ? named(typeOf(body), message) : error;
    }
  }
}

function valueOf(val: Operand, before: Item | undefined): AttributeValue {
  if (!('type' in val)) return val as AttributeValue;
  const [[name], value] = val.args;
  if (val.type === 'function') return before?.[name] ?? value;
  return { N: String(Number(before![name].N) + Number(value.N)) };
}

/** The request as dynalite looks at it, and the item as it is stored: dynalite assigns members, and so takes one called `__proto__` for something else. */
function typedOf(put: Pick<PutRequest, 'TableName' | 'Item'>): { typed: PutRequest; Item: Item } {
  const text = JSON.stringify(put);
  const typed = checkTypes(JSON.parse(text.replaceAll('"__proto__":', '"__PROTO__":')) as object, types) as PutRequest;
  return { typed, Item: text.includes('"__proto__":') ? (JSON.parse(text) as PutRequest).Item : typed.Item };
}

function conditionOf(put: object, expression: Omit<PutRequest, 'TableName' | 'Item'>, conditions: Map<string, ParsedCondition>): ParsedCondition {
  const values = expression.ExpressionAttributeValues ?? {};
  const shape = JSON.stringify([expression.ConditionExpression, expression.ExpressionAttributeNames, Object.entries(values).map(([name, value]) => [name, Object.keys(value)])]);
  let parsed = conditions.get(shape);
  if (!parsed) {
    const request = checkTypes(JSON.parse(JSON.stringify({ ...put, ...expression })) as object, types);
    checkValidations(request, types, custom, STORE);
    conditions.set(shape, parsed = request as ParsedCondition);
  }
  for (const [name, value] of Object.entries(values)) Object.assign(parsed.ExpressionAttributeValues[name], value);
  return parsed;
}

function typeOf({ __type }: { readonly __type: string }): string {
  return __type.split('#')[1];
}

function named(type: string, message: string): Error {
  return Object.assign(new Error(message), { name: `DynamoDB.${type}` });
}
