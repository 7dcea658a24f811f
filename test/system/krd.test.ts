/** Files in the predecessor's layout. */
import { appendFileSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mount } from './needs.ts';
import { folder, lines, sdr, start, until } from './program.ts';

const recorded = (at: string, count = '2', more: readonly string[] = []) =>
  sdr(['record', 'sysrec', 'cpurec', '.1', count, '--format', 'krd', '-o', at, ...more]);

const text = (at: string, name: string) => readFileSync(join(at, name), 'utf8');

describe('--format krd', () => {
  test('appends to one file of each recorder, without a header', () => {
    const at = folder();
    expect(recorded(at)).toMatchObject({ status: 0, stderr: '' });
    expect(recorded(at)).toMatchObject({ status: 0, stderr: '' });
    const rows = lines(text(at, 'sysrec.krd'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row).toMatch(/^\d+\.\d{3}(:(\d+|\d+\.\d\d|NA)){45}$/);
    for (const row of lines(text(at, 'cpurec.krd'))) expect(row).toMatch(/^\d+\.\d{3}:cpu\d+(:(\d+\.\d\d|NA)){9}$/);
  });

  test('cuts a torn end back', () => {
    const at = folder();
    recorded(at);
    const whole = text(at, 'sysrec.krd');
    appendFileSync(join(at, 'sysrec.krd'), '1700000000.000:12.');
    expect(recorded(at).stderr).toContain('sysrec.krd ended inside a line: cut 18 bytes');
    expect(text(at, 'sysrec.krd').startsWith(whole)).toBe(true);
    expect(lines(text(at, 'sysrec.krd'))).toHaveLength(4);
  });

  test('goes on in a new file when somebody renames it', async () => {
    const at = folder();
    const { stop } = start(['record', 'cpurec', '.05', '--format', 'krd', '-o', at]);
    const size = (name: string) => statSync(join(at, name), { throwIfNoEntry: false })?.size ?? 0;
    await until(() => size('cpurec.krd') > 0, 'a row');
    renameSync(join(at, 'cpurec.krd'), join(at, 'cpurec.krd.0'));
    await until(() => size('cpurec.krd') > 0, 'a row in a new file');
    expect((await stop()).status).toBe(0);
  });

  test('has one writer', async () => {
    const at = folder();
    start(['record', 'cpurec', '.05', '--format', 'krd', '-o', at]);
    await until(() => statSync(join(at, 'cpurec.krd'), { throwIfNoEntry: false }) !== undefined, 'a row');
    expect(sdr(['record', 'cpurec', '.1', '1', '--format', 'krd', '-o', at]).status).toBe(75);
  });

  test('survives a full disk with whole lines', (context) => {
    const at = folder();
    mount(context, at, ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs']);
    const { status, stderr } = sdr(['record', 'cpurec', '.01', '400', '--format', 'krd', '-o', at]);
    expect(status).toBe(0);
    expect(lines(stderr)).toEqual([`sdr: Cannot write to ${at}: ENOSPC; rows are dropped until it works again`]);
    const written = text(at, 'cpurec.krd');
    expect(written.endsWith('\n')).toBe(true);
    for (const row of lines(written)) expect(row.split(':')).toHaveLength(11);
  });

  test('is refused for what has no such layout', () => {
    expect(sdr(['record', 'selfrec', '1', '1', '--format', 'krd'])).toMatchObject({ status: 64, stdout: '' });
    expect(sdr(['record', 'cpurec', '1', '1', '--format', 'krd', '--columns', 'cpu_pct']).status).toBe(64);
  });
});
