import { UnknownRecordShapeError } from './record';

interface Primitives { string: string; number: number; boolean: boolean }

/** Reads typed attributes and throws the name of a wrong one; messages contain no values, which are the customer's. */
export class StateReader {
  constructor(private readonly from: Readonly<Record<string, unknown>>, private readonly path = '') {}

  public string(name: string): string { return this.typed(name, 'string'); }
  public number(name: string): number { return this.typed(name, 'number'); }
  public boolean(name: string): boolean { return this.typed(name, 'boolean'); }

  public has(name: string): boolean {
    return this.from[name] !== undefined && this.from[name] !== null;
  }

  public optional<T extends keyof Primitives>(name: string, type: T): Primitives[T] | undefined {
    return this.has(name) ? this.typed(name, type) : undefined;
  }

  public child(name: string): StateReader {
    return new StateReader(this.map(name, this.from[name]), `${this.path}${name}.`);
  }

  public strings(name: string): Record<string, string> {
    const map = this.map(name, this.from[name]);
    for (const value of Object.values(map)) if (typeof value !== 'string') throw this.wrong(name, 'a map of strings', value);
    return map as Record<string, string>;
  }

  public list(name: string): string[] {
    const list = this.array(name);
    for (const value of list) if (typeof value !== 'string') throw this.wrong(name, 'a list of strings', value);
    return list as string[];
  }

  public children(name: string): StateReader[] {
    return this.array(name).map((each, i) => new StateReader(this.map(name, each), `${this.path}${name}[${i}].`));
  }

  private typed<T extends keyof Primitives>(name: string, type: T): Primitives[T] {
    const value = this.from[name];
    if (typeof value !== type) throw this.wrong(name, `a ${type}`, value);
    return value as Primitives[T];
  }

  private map(name: string, value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.wrong(name, 'a map', value);
    return value as Record<string, unknown>;
  }

  private array(name: string): unknown[] {
    const value = this.from[name];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', value);
    return value;
  }

  private wrong(name: string, expected: string, value: unknown): UnknownRecordShapeError {
    const got = value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
    return new UnknownRecordShapeError(`${this.path}${name}: expected ${expected}, got ${got}`);
  }
}
