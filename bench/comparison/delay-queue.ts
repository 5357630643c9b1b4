interface Message {
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly visibleAt: number;
}

/** Messages, each visible from a given time on, the earliest first. */
export class DelayQueue {
  /** In the order in which they become visible. */
  private messages: Message[] = [];
  /** Earlier messages were taken. */
  private head = 0;

  public get length(): number {
    return this.messages.length - this.head;
  }

  public add(body: string, visibleAt: number): void {
    let from = this.head;
    let to = this.messages.length;
    while (from < to) {
      const middle = Math.floor((from + to) / 2);
      if (this.messages[middle].visibleAt <= visibleAt) from = middle + 1;
      else to = middle;
    }
    this.messages.splice(from, 0, { body, visibleAt });
  }

  /** Takes the bodies of at most that many visible messages. */
  public take(now: number, limit: number): string[] {
    let end = this.head;
    while (end < this.messages.length && end - this.head < limit && this.messages[end].visibleAt <= now) end += 1;
    const taken = this.messages.slice(this.head, end).map(({ body }) => body);
    this.head = end;
    if (this.head > this.messages.length / 2) {
      this.messages = this.messages.slice(this.head);
      this.head = 0;
    }
    return taken;
  }
}
