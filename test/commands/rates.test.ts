/** `sdr rates`: from the counters of a recording, the rows that it would have written instead. */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { rates } from '../../src/commands/rates.ts';
import { SdrError } from '../../src/errors.ts';
import type { Format } from '../../src/format.ts';
import { formats } from '../../src/format.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import type { Recorder } from '../../src/recorder.ts';
import { replay, stepsOf } from '../../src/replay.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { folder, ran } from '../read/world.ts';

const fixtures = new URL('../../fixtures', import.meta.url).pathname;

/** What `sdr record` would have written of a tape. */
function recorded(recorder: Recorder, tape: string, counters: boolean): string {
  const view = viewOf(recorder, { counters });
  const csv = (formats['csv'] as () => Format)();
  const out = new Text();
  out.ascii(csv.head(view));
  replay(stepsOf(nodeEngine().files, tape), {
    recorders: [recorder],
    view: () => view,
    wanted: () => () => true,
    warn: () => {},
    rows: (batch) => csv.rows(batch, out),
  });
  return Buffer.from(out.view()).toString('latin1');
}

async function ratesOf(file: string, text: string, values = {}): Promise<{ out: string; err: string }> {
  return ran(rates, [`${folder({ [file]: text })}/${file}`], values);
}

describe.each(recorders.map((recorder) => [recorder.name, recorder] as const))('%s', (name, recorder) => {
  const tapes = existsSync(`${fixtures}/${name}`) ? readdirSync(`${fixtures}/${name}`) : [];
  test.each(tapes)('%s', async (situation) => {
    const tape = `${fixtures}/${name}/${situation}`;
    const { out } = await ratesOf('x.csv', recorded(recorder, tape, true), {ulong: '64'});
    expect(out).toBe(recorded(recorder, tape, false));
  });
});
