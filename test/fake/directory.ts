/** A directory sink on a machine in memory, driven row by row. */
import type { Counts, Feed } from '../../src/sink.ts';
import { noCounts } from '../../src/sink.ts';
import { Directory } from '../../src/sinks/directory/index.ts';
import type { Limits } from '../../src/sinks/directory/retention.ts';
import { utf8 } from '../../src/text.ts';
import type { FakeEngine } from '../fake.ts';

export const head = 'time,a\n';
export const noLimits: Limits = {
  keep: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
  minFree: 0,
  compress: false,
};
/** 2026-03-01, a Sunday, at noon. */
export const noon = Date.UTC(2026, 2, 1, 12);
export const day = 86_400_000;
export const data = '/data/sdr';

interface Wish {
  readonly flush?: number;
  readonly maxFile?: number;
  readonly limits?: Limits;
  readonly fsync?: boolean;
  readonly head?: string;
  readonly fractional?: boolean;
}

export class Rows {
  readonly counts: Counts = noCounts();
  readonly told: string[] = [];
  readonly sink: Directory;
  readonly feed: Feed;
  private readonly engine: FakeEngine;

  constructor(engine: FakeEngine, wish: Wish = {}) {
    this.engine = engine;
    this.sink = new Directory({
      suffix: '',
      engine,
      path: data,
      fsync: wish.fsync ?? false,
      flush: wish.flush ?? 0,
      maxFile: wish.maxFile ?? Number.POSITIVE_INFINITY,
      limits: wish.limits ?? noLimits,
      counts: this.counts,
      warn: (_, message) => this.told.push(message),
      over: () => {},
    });
    this.feed = this.sink.feed({ name: 'cpurec', head: wish.head ?? head, fractional: wish.fractional ?? false });
  }

  /** A row of this time, as many milliseconds after noon, when the directory accepts it. */
  put(...after: readonly number[]): this {
    for (const ms of after) {
      const time = noon + ms;
      if (this.feed.accepts(time)) this.feed.put(time, utf8(`${time / 1000},1\n`), 1);
      this.sink.tick(this.engine.clock.monotonic());
    }
    return this;
  }
}

/** Times after noon, in seconds, by file. */
export function filesOf({ files }: FakeEngine): Record<string, readonly number[]> {
  const found: Record<string, readonly number[]> = {};
  for (const name of [...files.names(data)].sort()) {
    if (name === '.sdr') continue;
    const lines = files.text(`${data}/${name}`).split('\n');
    found[name] = lines.filter((line) => /^\d/.test(line)).map((line) => Number(line.split(',')[0]) - noon / 1000);
  }
  return found;
}

/** A file's lines behind the header, or what is wrong with it. */
export function wellFormed({ files }: FakeEngine, name: string): boolean {
  const text = files.text(`${data}/${name}`);
  return new RegExp(`^${head}(\\d+,1\\n)*$`).test(text);
}
