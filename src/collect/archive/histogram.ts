/** How long something took, as a distribution of fixed size: buckets of an eighth of an octave from 1 µs to 1 h. */

const perOctave = 8;
const octaves = 32;

export class Histogram {
  private readonly buckets = new Uint32Array(perOctave * octaves + 1);
  count = 0;
  /** Milliseconds, all together. */
  sum = 0;
  /** Milliseconds. */
  worst = 0;

  /** Takes a duration in milliseconds. */
  add(ms: number): void {
    const bucket = Math.min(Math.max(Math.ceil(Math.log2(ms * 1000) * perOctave), 0), perOctave * octaves);
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
    this.count++;
    this.sum += ms;
    if (ms > this.worst) this.worst = ms;
  }

  /** Milliseconds that a share (0–1) of all did not exceed, at most 9 % too high; 0 when there were none. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (const [bucket, count] of this.buckets.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.min(2 ** (bucket / perOctave) / 1000, this.worst);
    }
    return this.worst;
  }

  /** Pairs of an upper limit in milliseconds and how many did not exceed it: of each whole octave, as Prometheus wants them. */
  *cumulative(): Generator<readonly [limit: number, count: number]> {
    let sum = 0;
    for (const [bucket, count] of this.buckets.entries()) {
      sum += count;
      if (bucket % perOctave === 0) yield [2 ** (bucket / perOctave) / 1000, sum];
    }
  }
}
