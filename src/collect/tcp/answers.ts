/** Answers of a connection, in the order of what they answer, whatever is ready first. */

interface Slot {
  text: string | null;
  /** Bytes of the budget that go free with it. */
  readonly weight: number;
}

export class Answers {
  private readonly slots: Slot[] = [];

  /** How many are awaited. */
  get length(): number {
    return this.slots.length;
  }

  /** Keeps a place for an answer. */
  expect(weight: number): Slot {
    const slot: Slot = { text: null, weight };
    this.slots.push(slot);
    return slot;
  }

  /** What can be said now. */
  take(): string {
    let text = '';
    while (this.slots[0]?.text != null) text += this.slots.shift()?.text ?? '';
    return text;
  }
}
