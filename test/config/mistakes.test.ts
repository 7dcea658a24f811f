/** What is wrong in a configuration is told with its file, its line and what was expected. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { record } from '../../src/commands/record.ts';
import { documentOf } from '../../src/config/document.ts';
import type { Exit } from '../../src/errors.ts';
import { SdrError } from '../../src/errors.ts';
import { asked, main, recorded } from './configured.ts';

/** What is said by the time the command itself has looked at it. */
async function told(lines: string, env: Readonly<Record<string, string>> = {}) {
  const found = await recorded(lines, { env });
  if (found.exit !== 'done') return found;
  try {
    record.check?.(found.world, found.words, found.values);
    return found;
  } catch (error) {
    const { exit, message } = found.blamed(error) as { exit: string; message: string };
    return { exit, said: message };
  }
}

describe('a bad value', () => {
  test.each([
    ['flush = "60x"', ':2: flush "60x": expected a duration such as 60s, 5m or 28d'],
    ['\n\nkeep = "4w"', ':4: keep "4w": expected a duration such as'],
    ['max-bytes = "lots"', ':2: max-bytes "lots": expected a size such as 256M or 1G'],
    ['min-free = "100%"', ':2: min-free "100%": expected more than 0% and less than 100%'],
    ['interval = "abc"', ':2: interval "abc": expected a number of seconds'],
    ['interval = 0', ':2: interval "0": expected 10ms to 366d'],
    ['interval = 1\nrecorders = ["sysrek"]', ':3: recorders: unknown recorder "sysrek": did you mean sysrec?'],
    ['interval = 1\nrecorders = ["cpurec@x"]', ':3: recorders: interval "x": expected a number of seconds'],
    ['interval = 1\ncolumns = ["usr_pct,x"]', ':3: columns: unknown column "usr_pct": did you mean user_pct?'],
    ['interval = 1\ndevices = ["eth*"]', ':3: devices "eth*": expected recorder=glob'],
    ['interval = 1\nskip-devices = ["nic=eth*"]', ':3: skip-devices: unknown recorder "nic": did you mean nicrec?'],
    ['interval = "sysrec"', ':2: interval "sysrec": expected a number of seconds'],
    ['recorders = ["10"]', ':2: recorders "10": expected a name'],
    ['format = "xml"', ':2: format: unknown value "xml": expected one of csv, json, table, krd'],
    ['format = "jsno"', ':2: format: unknown value "jsno": did you mean json?'],
    ['fsync = "yes"', ':2: fsync: expected true or false, got "yes"'],
    ['fsync = 1', ':2: fsync: expected true or false, got 1'],
    ['flush = true', ':2: flush: expected a text or a number, got true'],
    ['flush = 2024-01-01', ':2: flush: expected a text or a number, got "2024-01-01"'],
    ['flush = { file = "x" }', ':2: flush: expected a text or a number, got {"file":"x"}'],
    ['output = [["/a"]]', ':2: output: expected a list of texts, got ["/a"]'],
    ['exec = ["ups"]', ':2: exec'],
    ['root = "/nowhere"\ninterval = 1', ':2: root "/nowhere": there is no /nowhere/proc'],
  ])('%s', async (lines, message) => {
    const { exit, said } = await told(lines);
    expect(said).toContain(`${main}${message}`);
    expect(exit).toBe('config');
  });

  test('does not hide the others', async () => {
    const { said } = await recorded('fsync = 1\nflush = true');
    expect(said).toBe(
      `sdr: ${main}:3: flush: expected a text or a number, got true\n${main}:2: fsync: expected true or false, got 1`,
    );
  });

  test('of a variable is told with its name', async () => {
    expect((await told('', { SDR_RECORD_FSYNC: 'maybe' })).said).toBe(
      'SDR_RECORD_FSYNC: expected true or false, got "maybe"',
    );
    expect((await told('', { SDR_RECORD_FLUSH: '1x' })).said).toContain(
      'SDR_RECORD_FLUSH: flush "1x": expected a duration',
    );
  });

  test('that was typed is a mistake in the line', async () => {
    const found = await recorded('flush = "60s"', { values: { flush: '1x' } });
    expect(() => record.check?.(found.world, found.words, found.values)).toThrow(
      expect.objectContaining({ exit: 'usage', message: expect.stringMatching(/^--flush "1x"/) }),
    );
  });
});

describe('a path that a configuration names', () => {
  const lines = 'interval = 1\noutput = ["/srv/a", "/nowhere/b"]\ntoken-file = "/etc/token"';
  const blame = async (error: SdrError) => (await recorded(lines)).blamed(error);

  test.each<[Exit, string, string]>([
    [
      'cannotCreate',
      'Cannot write to directory /nowhere/b: none there',
      ':3: output: cannot write to directory /nowhere/b: none there',
    ],
    ['permission', 'Cannot read /etc/token: not allowed', ':4: token-file: cannot read /etc/token: not allowed'],
    ['config', 'The token in /etc/token: empty', ':4: token-file: the token in /etc/token: empty'],
  ])('is told with its place, and ends with %s all the same', async (exit, message, told) => {
    expect(await blame(new SdrError(exit, message))).toMatchObject({ exit, message: `${main}${told}` });
  });

  test.each<[Exit, string]>([
    ['locked', 'Another process records cpurec into /srv/a'],
    ['permission', 'Cannot read /etc/token.old: not allowed'],
    ['bug', 'Odd: /srv/a'],
  ])('has nothing to do with %s: %s', async (exit, message) => {
    const error = new SdrError(exit, message);
    expect(await blame(error)).toBe(error);
  });

  test('is not blamed where nobody named it', async () => {
    const error = new SdrError('cannotCreate', 'Cannot write to directory /var/lib/sdr: none there');
    expect((await recorded('interval = 1')).blamed(error)).toBe(error);
  });
});

test('numbers stand for their text', async () => {
  const { words, values } = await recorded('interval = 0.5\nflush = 60\nmax-bytes = 1_000_000');
  expect(words).toEqual(['0.5']);
  expect(values).toMatchObject({ flush: '60', maxBytes: '1000000' });
});

test.each([
  ['1', true],
  ['ON', true],
  ['yes', true],
  ['0', false],
  ['no', false],
  ['Off', false],
])('a variable of a flag may be %s', async (text, value) => {
  expect((await recorded('', { env: { SDR_RECORD_FSYNC: text } })).values['fsync']).toBe(value);
});

describe('what nobody reads', () => {
  test.each([
    ['[record]\nflsh = "1s"\n', ':2: Unknown key "flsh" in [record]: did you mean flush?'],
    ['[record]\nzzzzzzzzz = 1\n', ':2: Unknown key "zzzzzzzzz" in [record]: see sdr.toml(5)'],
    ['[record]\ndry-run = true\n', ':2: Unknown key "dry-run" in [record]'],
    ['[record]\n[recrod]\n', ':2: Unknown table [recrod]: did you mean record?'],
    ['\nflush = "1s"\n', ':2: Unknown key "flush": expected it in a table, such as [record]'],
    ['[[record]]\nflush = "1s"\n', ':1: Unknown key "record": expected it in a table'],
    ['[record.flush]\nx = 1\n', ':1: flush: expected a text or a number'],
  ])('%j', async (text, message) => {
    expect((await asked({ files: { [main]: text } })).said).toContain(main + message);
  });

  test('is only a warning', async () => {
    const found = await recorded('flsh = "1s"\nflush = "2s"');
    expect(found.exit).toBe('done');
    expect(found.values['flush']).toBe('2s');
  });

  test('is a variable of the command, but not of anybody else', async () => {
    const environ = 'PATH=/bin\0SDR_RECORD_FLSH=1s\0SDR_HOME=/x\0SDR_RECORD_FLUSH=1s\0';
    const { said } = await asked({ files: { [main]: '[record]\n', '/proc/self/environ': environ } });
    expect(said).toBe('sdr: Unknown variable SDR_RECORD_FLSH: did you mean SDR_RECORD_FLUSH?\n');
  });
});

describe('a file', () => {
  test.each([
    ['[record\n', `${main}:1: Cannot parse this as TOML: `],
    ['[record]\nflush = \n', `${main}:2: Cannot parse this as TOML: `],
    ['[record]\nflush = "1s"\nflush = "2s"\n', `${main}:3: Cannot parse this as TOML: `],
    ['[record]\nflush = "1s" keep\n', `${main}:2: Cannot parse this as TOML: `],
    [`[record]\nflush = ${'['.repeat(5000)}\n`, `${main}:2: Cannot parse this as TOML: `],
    [`# ${'x'.repeat(1024 * 1024)}\n`, `Cannot read ${main}: expected at most 1 MiB`],
  ])('that is no TOML is refused: %#', async (text, message) => {
    const { exit, said } = await asked({ files: { [main]: text } });
    expect(exit).toBe('config');
    expect(said).toContain(message);
    expect(said).not.toContain('\n');
  });

  test('of any text is a document, or refused in one line', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...'[]{}"\'=#\n .-_1:', 'record', 'flush', '__proto__', '\0', 'é'),
    });
    const property = fc.asyncProperty(text, async (any) => {
      const { exit, said } = await asked({ files: { [main]: any } });
      expect(['done', 'config']).toContain(exit);
      expect(exit === 'done' || said.includes(main)).toBe(true);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test('that is no UTF-8 is refused with the line', async () => {
    const engine = await asked({ files: { [main]: '' } });
    expect(engine.exit).toBe('done');
    const { exit, said } = await binary([...'[record]\n# '].map((c) => c.charCodeAt(0)).concat(0xff, 10));
    expect(exit).toBe('config');
    expect(said).toBe(`Cannot read ${main}:2: expected UTF-8`);
  });

  test('may hold any letters', async () => {
    expect((await recorded('output = "/data/größe/日本/😀"')).values).toMatchObject({
      output: ['/data/größe/日本/😀'],
    });
  });

  test('that is a directory is refused', async () => {
    const { exit, said } = await asked({ files: { [`${main}/x`]: '' } });
    expect([exit, said]).toEqual(['config', `Cannot read ${main}: expected a file, got a directory`]);
  });

  test('that was named has to be there', async () => {
    const missing = await asked({ values: { config: '/none.toml' } });
    expect([missing.exit, missing.said]).toEqual(['config', 'Cannot read /none.toml: there is no such file']);
  });

  test('with a byte order mark and CR LF is read', async () => {
    const document = await documentOf(main, '\ufeff[record]\r\nflush = "1s"\r\n');
    expect(document.entries).toEqual([{ table: 'record', key: 'flush', value: '1s', origin: `${main}:2` }]);
  });
});

async function binary(bytes: readonly number[]) {
  const { engineOf, worldOf } = await import('./configured.ts');
  const { configuredOf } = await import('../../src/config/index.ts');
  const engine = engineOf({ files: { [main]: '' } });
  const fd = engine.files.open(main, 'append');
  engine.files.write(fd, Uint8Array.from(bytes), 0, bytes.length);
  engine.files.close(fd);
  try {
    await configuredOf({ world: worldOf(engine), command: record, names: [], words: [], values: {} });
    return { exit: 'done', said: '' };
  } catch (error) {
    const { exit, message } = error as { exit: string; message: string };
    return { exit, said: message };
  }
}
