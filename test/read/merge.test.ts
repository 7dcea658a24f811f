/** However rows are spread over files, all of them come back, in order of time. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cat } from '../../src/commands/cat.ts';
import { fileName } from '../../src/sinks/directory/names.ts';
import { folder, ran } from './world.ts';

const head = 'time,device,interval_s,cpu_pct\n';
/** 2026-11-21T00:00Z. */
const day = 1_795_219_200;

/** Seconds of one file's rows, in order; several rows may be one sample. */
const seconds = fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }).map((list) => list.sort((a, b) => a - b));
const file = fc.record({ seconds, compressed: fc.boolean(), nextDay: fc.boolean() });

test('rows of all files come in order of time, those of one time file by file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), fc.nat(50), fc.nat(50), async (made, a, b) => {
      const files: Record<string, string | Uint8Array> = {};
      const rows: { time: number; line: string; day: number }[] = [];
      made.forEach((each, n) => {
        const from = day + (each.nextDay ? 86_400 : 0);
        const lines = each.seconds.map((s, i) => ({ time: from + s, line: `${from + s},cpu${i},,${n}\n`, day: from }));
        const text = head + lines.map(({ line }) => line).join('');
        const name = fileName('cpurec', each.nextDay ? '20261122' : '20261121', n);
        files[each.compressed ? `${name}.gz` : name] = each.compressed ? gzipSync(text) : text;
        rows.push(...lines);
      });
      const [since, until] = [day + Math.min(a, b), day + 86_400 + Math.max(a, b) + 1];
      const wanted = rows
        .filter(({ time }) => time >= since && time < until)
        .sort((one, other) => one.time - other.time)
        .map(({ line }) => line);
      const { out, err } = await ran(cat, [folder(files), 'cpurec'], { since: String(since), until: String(until) });
      expect(out).toBe(head + wanted.join(''));
      expect(err).toBe('');
    }),
    { numRuns: 60 },
  );
});
