/** A recorder at work that asks beside the tick: rows keep the tick they were due at, samples never overlap, failures are one warning. */
import { describe, expect, test } from 'vitest';
import type { Batch } from '../src/batch.ts';
import { ParseError } from '../src/errors.ts';
import { Job, whenIdle } from '../src/job.ts';
import { Machine } from '../src/machine.ts';
import type { Reader } from '../src/recorder.ts';
import { defineRecorder } from '../src/recorder.ts';
import { counter, gauge, level, rate, text, words } from '../src/schema.ts';
import { viewOf } from '../src/view.ts';
import { FakeFiles } from './fake/files.ts';

type Answered = (fill: Reader) => void;

/** A slow recorder whose answers the test gives. */
function slow() {
  const asked: Answered[] = [];
  const warnings: string[] = [];
  let moment = 0;
  const recorder = defineRecorder({
    name: 'slowrec',
    summary: 'slow things',
    key: 'device',
    sources: ['/slow'],
    fields: {
      size: gauge('size', '/slow', 'size'),
      hits: counter('hits_total', '/slow', 'hits'),
      state: text('state', '/slow', 'state'),
    },
    columns: { size: level('size', 'size'), hits_per_s: rate('hits', 'hits'), state: words('state', 'state') },
    open: () => ({ ask: (answered: Answered) => asked.push(answered) }),
  });
  const warn = (_: string, message: string) => warnings.push(message);
  const machine = new Machine(new FakeFiles(), '', warn, { moment: () => moment });
  const job = new Job(recorder, viewOf(recorder), machine, () => true, warn);
  const rows: { time: number; key: string; seconds: number; cells: number[]; state: string | undefined }[] = [];
  const write = (batch: Batch) => {
    for (const { key, seconds, cells, textNow } of batch.rows) {
      rows.push({ time: batch.time, key, seconds, cells: [...cells], state: textNow?.get(2) });
    }
  };
  const fill =
    (size: number, hits: number, state = ''): Reader =>
    (sample) => {
      sample.row('a')?.set([size, hits]);
      sample.text(2, state);
    };
  return {
    job,
    asked,
    warnings,
    rows,
    fill,
    sample: (now: number, time: number) => job.sample(now, time, false, write),
    answer(at: number, reader: Reader): void {
      moment = at;
      asked.shift()?.(reader);
    },
  };
}

describe('a recorder that asks beside the tick', () => {
  test('gives its rows when the answer comes, with the time of the tick and the seconds between the answers', () => {
    const { sample, answer, rows, fill } = slow();
    sample(1000, 10_000);
    expect(rows).toEqual([]);
    answer(2500, fill(7, 100));
    sample(11_000, 20_000);
    answer(12_750, fill(8, 305));
    expect(rows).toEqual([
      { time: 10_000, key: 'a', seconds: Number.NaN, cells: [7, Number.NaN, Number.NaN], state: '' },
      { time: 20_000, key: 'a', seconds: 10.25, cells: [8, 20, Number.NaN], state: '' },
    ]);
  });

  test('is not asked again before it has answered', () => {
    const { sample, asked, warnings, answer, fill } = slow();
    expect(sample(1000, 10_000)).toBe(true);
    expect(sample(2000, 20_000)).toBe(false);
    expect(asked).toHaveLength(1);
    expect(warnings).toEqual([]);
    answer(2500, fill(7, 100));
    expect(warnings).toEqual(['slowrec: a sample took longer than the interval; the next one was skipped']);
    expect(sample(3000, 30_000)).toBe(true);
  });

  test('that fails costs a sample and a warning, and the base stays', () => {
    const { sample, answer, rows, warnings, job, fill } = slow();
    sample(0, 0);
    answer(0, fill(1, 100));
    sample(1000, 1000);
    answer(1500, () => {
      throw new ParseError('no second table');
    });
    sample(2000, 2000);
    answer(2000, fill(1, 104));
    expect(warnings).toEqual(['slowrec: no second table; sample skipped']);
    expect(job.failures).toBe(1);
    expect(rows.map(({ seconds, cells }) => [seconds, cells[1]])).toEqual([
      [Number.NaN, Number.NaN],
      [2, 2],
    ]);
  });

  test('is waited for', () => {
    const { sample, answer, job, fill } = slow();
    const told: string[] = [];
    sample(0, 0);
    whenIdle([job], () => told.push('idle'));
    expect(told).toEqual([]);
    answer(0, fill(1, 1));
    expect(told).toEqual(['idle']);
    whenIdle([job], () => told.push('still idle'));
    expect(told).toEqual(['idle', 'still idle']);
  });

  test('tells the one in charge what nobody else can catch', () => {
    const { job, sample, answer } = slow();
    const thrown: string[] = [];
    job.thrown = (error) => thrown.push(error.message);
    sample(0, 0);
    answer(0, () => {
      throw new TypeError('a fault');
    });
    expect(thrown).toEqual(['a fault']);
  });

  test('has texts, whose control characters become blanks', () => {
    const { sample, answer, rows, fill } = slow();
    sample(0, 0);
    answer(0, fill(1, 1, 'a\nb\u001b[31m\u0085c'));
    expect(rows[0]?.state).toBe('a b [31m c');
  });
});
