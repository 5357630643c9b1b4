/** Objects by their keys, as JSON. The garbage collector passes over a text at once, and over each part of an object again and again: of a million that is most of a run's time. */
export class Texts<T extends object> {
  private readonly texts = new Map<string, string>();

  public get size(): number {
    return this.texts.size;
  }

  public has(key: string): boolean {
    return this.texts.has(key);
  }

  /** A copy each time. */
  public get(key: string): T | undefined {
    const text = this.texts.get(key);
    return text === undefined ? undefined : JSON.parse(text) as T;
  }

  public set(key: string, value: T): void {
    this.texts.set(key, JSON.stringify(value));
  }

  public delete(key: string): void {
    this.texts.delete(key);
  }

  /** Those whose keys begin so, in the order in which their keys were added. */
  public withPrefix(prefix: string): T[] {
    return [...this.texts.keys()].filter((key) => key.startsWith(prefix)).map((key) => this.get(key)!);
  }
}
