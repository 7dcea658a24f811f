/** fsrec beside df, hdwrec beside the tools that everybody has, and what --changes leaves out. */
import { describe, expect, test } from 'vitest';
import { folder, lines, output, sdr } from './program.ts';

const rowsOf = (args: readonly string[]) =>
  lines(sdr(['record', ...args]).stdout)
    .slice(1)
    .map((line) => line.split(','));

describe('fsrec', () => {
  test('says of the root what df says', () => {
    const said = output(['df', '-B1', '--output=size,itotal', '/']).split('\n')[1]?.trim().split(/\s+/) ?? [];
    const row = rowsOf(['fsrec']).find(([, mount]) => mount === '/');
    expect(row?.[2]).toBe(said[0]);
    if (said[1] !== '0' && said[1] !== '-') expect(row?.[6]).toBe(said[1]);
    const percent = Number(/(\d+)%/.exec(output(['df', '--output=pcent', '/']))?.[1]);
    expect(Math.abs(Math.ceil(Number(row?.[5])) - percent)).toBeLessThanOrEqual(1);
  });

  test('records what is named alone', () => {
    expect(rowsOf(['fsrec', '--devices', 'fsrec=/']).map(([, mount]) => mount)).toEqual(['/']);
    expect(rowsOf(['fsrec', '--devices', 'fsrec=/proc'])).toEqual([]);
  });
});

describe('hdwrec', () => {
  const items = () => new Map(rowsOf(['hdwrec']).map(([, item = '', value = '']) => [item, value]));

  test('says what uname, nproc and the kernel say', () => {
    const found = items();
    expect(found.get('kernel')).toBe(output(['uname', '-r']).trim());
    expect(found.get('machine')).toBe(output(['uname', '-m']).trim());
    expect(found.get('threads')).toBe(output(['nproc', '--all']).trim());
    expect(found.get('memory_bytes')).toBe(output(['awk', '/^MemTotal/ { printf "%d", $2 * 1024 }', '/proc/meminfo']));
    expect(found.get('sdr_version')).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('tells sockets, cores and threads apart as lscpu does', () => {
    const told = output(['lscpu', '-p=SOCKET,CORE,CPU'])
      .split('\n')
      .filter((line) => /^\d/.test(line));
    const found = items();
    expect(found.get('sockets')).toBe(String(new Set(told.map((line) => line.split(',')[0])).size));
    expect(found.get('cores')).toBe(String(new Set(told.map((line) => line.split(',')[1])).size));
  });

  test('with --changes writes a whole sample, then nothing', () => {
    const all = rowsOf(['hdwrec', '.1', '3', '--changes']);
    expect(new Set(all.map(([time]) => time)).size).toBe(1);
    const at = folder();
    expect(sdr(['record', 'hdwrec', '--changes', '-o', at]).status).toBe(0);
    expect(sdr(['record', 'hdwrec', '--changes', '-o', at]).status).toBe(0);
    expect(lines(sdr(['cat', at, 'hdwrec']).stdout)).toHaveLength(all.length + 1);
  });

  test('comes back from its file as it was written', () => {
    const at = folder();
    expect(sdr(['record', 'hdwrec', '-o', at]).status).toBe(0);
    const objects = lines(sdr(['cat', at, 'hdwrec', '--format', 'json']).stdout).map((line) => JSON.parse(line));
    expect(objects.find(({ item }) => item === 'kernel').value).toBe(output(['uname', '-r']).trim());
  });
});
