/** How long something took, as a distribution of fixed size: buckets of an eighth of an octave from 1 µs to 1 h. */

const perOctave = 8;
const octaves = 32;

/** Counts as they were at a moment, up to the last that is not 0. */
export type Shot = Uint32Array;

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

  /** For {@link since}, later. */
  shot(): Shot {
    let end = this.buckets.length;
    while (end > 0 && this.buckets[end - 1] === 0) end--;
    return this.buckets.slice(0, end);
  }

  /** What was taken since a shot; its worst is an upper limit too, at most 9 % too high. */
  since(shot: Shot): Histogram {
    const later = new Histogram();
    for (const [bucket, count] of this.buckets.entries()) {
      const grown = count - (shot[bucket] ?? 0);
      if (grown === 0) continue;
      later.buckets[bucket] = grown;
      later.count += grown;
      later.worst = Math.min(limitOf(bucket), this.worst);
    }
    return later;
  }

  /** Milliseconds that a share (0–1) of all did not exceed, at most 9 % too high; 0 when there were none. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (const [bucket, count] of this.buckets.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.min(limitOf(bucket), this.worst);
    }
    return this.worst;
  }

  /** Pairs of an upper limit in milliseconds and how many did not exceed it: of each whole octave, as Prometheus wants them. */
  *cumulative(): Generator<readonly [limit: number, count: number]> {
    let sum = 0;
    for (const [bucket, count] of this.buckets.entries()) {
      sum += count;
      if (bucket % perOctave === 0 && bucket < perOctave * octaves) yield [limitOf(bucket), sum];
    }
  }
}

/** The most that a bucket takes, milliseconds; the last one takes what is longer, too. */
const limitOf = (bucket: number): number =>
  bucket < perOctave * octaves ? 2 ** (bucket / perOctave) / 1000 : Number.POSITIVE_INFINITY;
