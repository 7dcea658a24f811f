/** What the doors count, each once. */
export type Counts = ReturnType<typeof noCounts>;

export const noCounts = () => ({
  /** Connections that are open, by door. */
  http: 0,
  tcp: 0,
  /** Since the start. */
  connections: 0,
  dropped: 0,
  requests: 0,
  receivedBytes: 0,
  /** Answers, by status. */
  answers: new Map<number, number>(),
  reloads: 0,
});

export function answered({ answers }: Counts, status: number): void {
  answers.set(status, (answers.get(status) ?? 0) + 1);
}
