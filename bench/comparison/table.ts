import { BatchGetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Meter } from './meter';
import { encoded, passesGuard, Stored } from './stored';
import { Attribute, keyString } from '../../src/record/record';
import { Texts } from '../../test/simulation/texts';
import { itemBytes } from '../ingest/item-size';

/** A page of a scan is one megabyte. */
const SCAN_BYTES = 1024 * 1024;
const READ_UNIT_BYTES = 4096;

/** The registry table of the source Region, as far as sweeps read it. */
export class SourceTable {
  private readonly items = new Texts<Stored>();
  /** In the order of scans. */
  private readonly keys: string[] = [];
  private readonly positions = new Map<string, number>();
  private readonly bytesPerKind = new Map<string, number>();

  constructor(
    private readonly name: string, private readonly meter: Meter, private readonly onPut: (record: Stored, old: Stored | undefined) => void,
  ) {}

  public get(key: string): Stored | undefined {
    return this.items.get(key);
  }

  /** @returns whether the guard accepted it */
  public put(record: Stored): boolean {
    this.meter.add('table.writes');
    const key = keyString(record);
    const old = this.items.get(key);
    if (!passesGuard(record, old)) return false;
    this.store(record);
    this.meter.add('table.accepted');
    this.onPut(record, old);
    return true;
  }

  /** As if it had been there before. */
  public store(record: Stored): void {
    const key = keyString(record);
    if (!this.items.has(key)) this.keys.push(key);
    this.items.set(key, record);
  }

  public batchGet({ input }: BatchGetItemCommand): object {
    const { Keys = [], ConsistentRead } = input.RequestItems![this.name];
    this.meter.add('table.batchGets');
    this.meter.add('table.readUnits', Keys.length * (ConsistentRead ? 1 : 0.5));
    const found = Keys.map(({ pk, sk }) => this.items.get(`${pk.S}|${sk.S}`)).filter((item) => item !== undefined);
    return { Responses: { [this.name]: found.map(encoded) }, UnprocessedKeys: {} };
  }

  public scan({ input }: ScanCommand): object {
    this.meter.add('table.scans');
    const { ExclusiveStartKey: after } = input;
    const from = after ? this.positions.get(`${after.pk.S}|${after.sk.S}`)! : 0;
    let [to, bytes] = [from, 0];
    while (to < this.keys.length && bytes < SCAN_BYTES) bytes += this.bytesOf(this.keys[to++]);
    const page = this.keys.slice(from, to);
    this.meter.add('table.readUnits', Math.ceil(bytes / READ_UNIT_BYTES) * 0.5);
    const last = page[page.length - 1];
    const isLast = from + page.length >= this.keys.length;
    if (!isLast) this.positions.set(last, from + page.length);
    const items = page.map((key) => this.items.get(key)!);
    const keyOf = ({ pk, sk }: Stored) => ({ [Attribute.PK]: { S: pk }, [Attribute.SK]: { S: sk } });
    return {
      Items: items.map((item) => ({ ...keyOf(item), [Attribute.DELETED]: { BOOL: item.deleted } })),
      LastEvaluatedKey: isLast ? undefined : keyOf(items[items.length - 1]),
    };
  }

  /** Those of one kind are all alike. */
  private bytesOf(key: string): number {
    const kind = key.replace(/#[^|]*/g, '');
    const known = this.bytesPerKind.get(kind) ?? itemBytes(encoded(this.items.get(key)!));
    this.bytesPerKind.set(kind, known);
    return known;
  }
}
