/** The predecessor's layout, for its users' scripts. */
import { describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { Krd } from '../../src/formats/krd/index.ts';
import { inventory } from '../../src/formats/krd/inventory.ts';
import { layouts } from '../../src/formats/krd/layouts.ts';
import { nodeEngine } from '../../src/hosts/node.ts';
import type { Recorder } from '../../src/recorder.ts';
import { replay, stepsOf } from '../../src/replay.ts';
import type { Entry } from '../../src/series.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';

const named = (name: string): Recorder => recorders.find((each) => each.name === name) as Recorder;

/** The rows of a fixture in that layout. */
function krd(name: string, situation: string): string[] {
  const recorder = named(name);
  const view = viewOf(recorder);
  const format = new Krd();
  const out = new Text();
  const tape = new URL(`../../fixtures/${name}/${situation}`, import.meta.url).pathname;
  replay(stepsOf(nodeEngine().files, tape), {
    recorders: [recorder],
    view: () => view,
    wanted: () => () => true,
    warn: () => {},
    rows: (batch) => format.rows(batch, out),
  });
  return Buffer.from(out.view()).toString().trimEnd().split('\n');
}

/** How many fields the predecessor had, time and device included. */
const widths = { sysrec: 46, cpurec: 11, diskrec: 11, nicrec: 20 } as const;

describe('krd', () => {
  test('is refused for a recorder that the predecessor did not have, and for other columns', () => {
    expect(() => new Krd().head(viewOf(named('selfrec')))).toThrow('selfrec has no krd layout: expected one of sysrec');
    expect(() => new Krd().head(viewOf(named('cpurec'), { counters: true }))).toThrow('The krd layout is fixed');
    expect(() => new Krd().head(viewOf(named('cpurec'), { columns: ['cpu_pct'] }))).toThrow('The krd layout is fixed');
  });

  test.each(Object.entries(widths))('%s has %i fields', (name, width) => {
    const { key } = named(name);
    expect(1 + (key === null ? 0 : 1) + (layouts[name]?.cells.length ?? 0)).toBe(width);
  });

  test('hdwrec has 20 fields', () => {
    expect(1 + inventory.fields.length).toBe(20);
  });

  test.each(Object.entries(layouts))('%s is made of columns that there are', (name, { cells }) => {
    const columns = Object.keys(named(name).columns);
    const asked = cells.flatMap(({ of, share }) => [...of, ...(share === '' ? [] : [share])]);
    expect(asked.filter((column) => !columns.includes(column))).toEqual([]);
  });

  test('shares of a CPU add up to 100, guests included', () => {
    for (const row of krd('cpurec', 'busy')) {
      const [, , ...shares] = row.split(':').map(Number);
      const sum = shares.slice(0, 8).reduce((total, each) => total + each, 0);
      expect(Math.abs(sum - 100)).toBeLessThan(0.05);
    }
  });

  test('a row has colons, kB and no header', () => {
    const rows = krd('nicrec', 'busy');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/^\d+:[^:]+(:(\d+\.\d\d|NA)){18}$/);
    expect(rows.some((row) => /^\d+:lo:/.test(row))).toBe(false);
  });

  test('sysrec is a line of numbers', () => {
    for (const row of krd('sysrec', 'busy')) expect(row).toMatch(/^\d+(:(\d+|\d+\.\d\d|NA)){45}$/);
  });
});

describe('the inventory', () => {
  const entry = (key: string, text: string) => ({ key, textNow: new Map([[0, text]]) }) as unknown as Entry;

  test('is one row of the items', () => {
    const cells = inventory.cells([
      entry('hostname', 'pi.example.org'),
      entry('machine', 'armv6l'),
      entry('cpu_model', 'ARMv6: rev 7'),
      entry('os', 'Raspbian'),
      entry('sockets', '1'),
      entry('cores', '1'),
      entry('threads', '1'),
      entry('memory_bytes', '458752000'),
      entry('swap_bytes', '0'),
      entry('disk:mmcblk0:size_bytes', '15931539456'),
      entry('nic:eth0:mac', 'b8:27:eb:00:00:01'),
      entry('nic:eth0:address', '192.0.2.2/24 2001:db8::1/64'),
      entry('nic:lo:address', '127.0.0.1/8'),
      entry('sdr_version', '1.0.0'),
    ]);
    expect(cells.join(':')).toBe(
      'pi:armv6l:ARMv6  rev 7:NA:raspbian:NA:NA:1:1:1:NA:437.50:0.00:1:NA:1:NA:eth0_192.0.2.2:1.0.0',
    );
  });
});
