/** The tables of the bench of collectors, from laps that are made up. */
import { describe, expect, test } from 'vitest';

import type { Contestant } from '../../bench/collect/contestant.ts';
import { type Crowd, crowdTable, perConnection } from '../../bench/collect/crowd.ts';
import type { Lap } from '../../bench/collect/drive.ts';
import { hamustroTable } from '../../bench/collect/hamustro.ts';
import { slowTable } from '../../bench/collect/slow.ts';
import { type Cell, Results, throughputTable } from '../../bench/collect/throughput.ts';
import { verdictTable } from '../../bench/collect/verdict.ts';

const still: Lap = { rate: 0, cpu: 0, share: 0, p50: 0, p99: 0, max: 0, late: 0, busy: 0, open: 0, end: 0 };
const lap = (some: Partial<Lap>): Lap => ({ ...still, ...some });

const contestant = (name: string, some: Partial<Contestant> = {}): Contestant => ({
  name,
  promise: 'synced',
  doors: ['HTTP', 'TCP'],
  shape: 'sdr',
  serve: () => [],
  canBeSlowed: true,
  ...some,
});
const ours = contestant('sdr collect');
const threads = contestant('C, thread each');
const influx = contestant('InfluxDB', { doors: ['HTTP'], shape: 'influx' });
const nginx = contestant('nginx', { doors: ['HTTP'], shape: 'csv', promise: 'unsynced' });
const all = [ours, threads, influx, nginx];

const byTen: Cell = { door: 'HTTP', hosts: 20, batch: '10' };
const published: Cell = { ...byTen, batch: '10–15' };

/** The line of a table that begins so, its cells parted by two blanks or more. */
function rowOf(table: string, start: string): string[] {
  const line = table.split('\n').find((each) => each.startsWith(start));
  return line?.split(/ {2,}/) ?? [];
}

describe('results', () => {
  test('are the medians of all rounds, a cell by itself', () => {
    const results = new Results();
    for (const cpu of [9, 3, 4]) results.add(ours.name, byTen, lap({ cpu }));
    results.add(ours.name, published, lap({ cpu: 100 }));
    expect(results.of(ours.name, byTen, ({ cpu }) => cpu)).toBe(4);
  });

  test('are null where nothing was measured', () => {
    expect(new Results().of(ours.name, byTen, ({ cpu }) => cpu)).toBeNull();
  });
});

describe('the table of throughput', () => {
  test('has a dash for what was not measured, and only those who have that door', () => {
    const results = new Results();
    results.add(ours.name, byTen, lap({ rate: 123_456, cpu: 4.2, p99: 7.25 }));
    const text = throughputTable(results, all, false);
    expect(rowOf(text, 'sdr collect').slice(1, 7)).toEqual(['-', '-', '-', '123456', '4.20', '7.3']);
    const tcp = text.slice(text.indexOf('TCP, 20 hosts'), text.indexOf('HTTPS, 20 hosts'));
    expect(tcp).toContain('C, thread each');
    expect(tcp).not.toContain('InfluxDB');
  });
});

describe('the verdicts', () => {
  const results = new Results();
  results.add(ours.name, byTen, lap({ cpu: 6, rate: 50_000 }));
  results.add(threads.name, byTen, lap({ cpu: 4, rate: 90_000 }));
  results.add(influx.name, byTen, lap({ cpu: 40, rate: 60_000 }));
  const text = verdictTable(ours.name, all, { results, crowds: [], slowed: [] });

  test('say ok at the limit itself', () => {
    expect(rowOf(text, 'CPU per row by 10 over HTTP ÷ C, thread each').slice(1)).toEqual(['≤ 1.5', '1.50', 'ok']);
  });

  test('say what was missed', () => {
    expect(rowOf(text, 'Rows/s by 10 ÷ InfluxDB').slice(1)).toEqual(['≥ 1', '0.8', 'missed']);
  });

  test('say what was not measured', () => {
    expect(rowOf(text, 'CPU per row by 100 over TCP').at(-1)).toBe('not measured');
  });

  test('compare with nobody who does not sync', () => {
    expect(text).not.toContain('nginx');
  });

  test('leave out the parts that were not asked for', () => {
    const slowed = [{ name: ours.name, door: 'TCP' as const, laps: [lap({ rate: 24_999 })] }];
    const some = verdictTable(ours.name, all, { results: null, crowds: [], slowed });
    expect(some).not.toContain('CPU per row');
    expect(rowOf(some, 'Rows/s over TCP').slice(1)).toEqual(['≥ 25000', '24999', 'missed']);
  });

  test('allow a connection under TLS more memory than a plain one', () => {
    const crowd = { name: ours.name, slow: false, before: 50e6, lap: lap({ p99: 50, end: 250e6 }) };
    const crowds: Crowd[] = [
      { ...crowd, door: 'TCP' },
      { ...crowd, door: 'TLS' },
    ];
    const some = verdictTable(ours.name, all, { results: null, crowds, slowed: [] });
    expect(rowOf(some, '10,000 connections over TCP: kB').slice(1)).toEqual(['≤ 10', '20.0', 'missed']);
    expect(rowOf(some, '10,000 connections over TLS: kB').slice(1)).toEqual(['≤ 40', '20.0', 'ok']);
    expect(rowOf(some, '10,000 connections over TCP: p99').slice(1)).toEqual(['< 50', '50.0', 'missed']);
  });
});

test('ten thousand connections share what the memory grew by', () => {
  const crowd: Crowd = { name: 'x', door: 'TCP', slow: true, before: 60e6, lap: lap({ end: 100e6, late: 3 }) };
  expect(perConnection(crowd)).toBe(4000);
  expect(rowOf(crowdTable([crowd]), 'x, TCP, each flush +25 ms').at(-1)).toBe('4.0');
});

test('a slow disk that nobody could be measured on is dashes', () => {
  expect(rowOf(slowTable([{ name: 'x', door: 'HTTP', laps: [] }]), 'x, HTTP').slice(1)).toEqual(['-', '-', '-', '-']);
});

test('events a minute at a whole CPU follow from the share that was used', () => {
  const results = new Results();
  results.add(ours.name, published, lap({ rate: 50_000, share: 50 }));
  const row = rowOf(hamustroTable(results, all), 'sdr collect, HTTP');
  expect(row.slice(1)).toEqual(['3000000', '50', '6000000', 'this machine, one core']);
});
