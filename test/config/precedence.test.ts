/** Which of several places counts, and that nothing that was typed changes its meaning. */
import { describe, expect, test } from 'vitest';
import { record } from '../../src/commands/record.ts';
import { isConfigured } from '../../src/config/keys.ts';
import { asked, engineOf, main, recorded } from './configured.ts';

const user = '/home/u/.config/sdr/sdr.toml';
const home = { HOME: '/home/u' };

describe('a key that is said several times', () => {
  const files = {
    [main]: '[record]\nflush = "1s"\n',
    '/etc/sdr/conf.d/10-a.toml': '[record]\nflush = "2s"\n',
    '/etc/sdr/conf.d/9-b.toml': '[record]\nflush = "3s"\n',
    '/etc/sdr/conf.d/.hidden.toml': '[record]\nflush = "8s"\n',
    '/etc/sdr/conf.d/old.toml.bak': '[record]\nflush = "9s"\n',
    [user]: '[record]\nflush = "4s"\n',
  };
  const flush = async (scene: Parameters<typeof asked>[0]) => (await asked(scene)).values['flush'];

  test('is what the last file says', async () => {
    expect(await flush({ files: { [main]: files[main] } })).toBe('1s');
    expect(await flush({ files })).toBe('3s');
    expect(await flush({ files, env: home })).toBe('4s');
    expect(await flush({ files, env: { ...home, XDG_CONFIG_HOME: '/elsewhere' } })).toBe('3s');
    expect(await flush({ files, env: { XDG_CONFIG_HOME: '/home/u/.config' } })).toBe('4s');
    expect(await flush({ files, env: { ...home, XDG_CONFIG_HOME: 'relative' } })).toBe('4s');
  });

  test('is what the variable says, and above that the option', async () => {
    const env = { ...home, SDR_RECORD_FLUSH: '5s' };
    expect(await flush({ files, env })).toBe('5s');
    expect(await flush({ files, env, values: { flush: '6s' } })).toBe('6s');
  });

  test('is what the one file says that was named', async () => {
    const more = { ...files, '/my.toml': '[record]\nflush = "7s"\n' };
    expect(await flush({ files: more, env: home, values: { config: '/my.toml' } })).toBe('7s');
    expect(await flush({ files: more, env: { ...home, SDR_CONFIG: '/my.toml' } })).toBe('7s');
  });

  test('is not said at all when no file shall be read', async () => {
    expect(await flush({ files, env: home, values: { config: false } })).toBeUndefined();
  });
});

test('a list replaces the list before it', async () => {
  const files = {
    [main]: '[record]\noutput = ["/a", "/b"]\n',
    '/etc/sdr/conf.d/x.toml': '[record]\noutput = "/c"\n',
  };
  expect((await asked({ files })).values).toMatchObject({ output: ['/c'] });
  expect((await asked({ files, values: { output: ['-'] } })).values).toMatchObject({ output: ['-'] });
});

describe('words', () => {
  const lines = 'recorders = ["sysrec", "cpurec@1s"]\ninterval = 10\nflush = "60s"';

  test('are those of the configuration when none is typed', async () => {
    expect((await recorded(lines)).words).toEqual(['sysrec', 'cpurec@1s', '10']);
  });

  test('that are typed leave no file to be looked at', async () => {
    const found = await recorded(lines, { words: ['cpurec', '1', '5'], env: { SDR_RECORD_FSYNC: '1' } });
    expect(found.words).toEqual(['cpurec', '1', '5']);
    expect(found.values).toEqual({ fsync: true });
    expect(found.world.again).toBeUndefined();
  });

  test('that are typed take the place of those of a file that is named, but not of its options', async () => {
    const found = await recorded(lines, { words: ['cpurec', '1'], values: { config: main } });
    expect(found.words).toEqual(['cpurec', '1']);
    expect(found.values['flush']).toBe('60s');
  });

  test('that are typed take the place of variables', async () => {
    const env = { SDR_RECORD_INTERVAL: '7', SDR_RECORD_RECORDERS: 'sysrec hdwrec@1d' };
    expect((await asked({ env })).words).toEqual(['sysrec', 'hdwrec@1d', '7']);
    expect((await asked({ env, words: ['cpurec'] })).words).toEqual(['cpurec']);
  });
});

describe('isConfigured()', () => {
  const engine = (env: Readonly<Record<string, string>> = {}) => engineOf({ env });
  const typed = (words: readonly string[], config?: unknown) => ({ words, config });

  test('is false of words alone: they cost no look at a file', () => {
    expect(isConfigured(record, typed(['cpurec', '1', '5']), engine())).toBe(false);
    expect(isConfigured(record, typed([]), engine())).toBe(true);
    expect(isConfigured(record, typed(['cpurec'], '/x'), engine())).toBe(true);
    expect(isConfigured(record, typed(['cpurec']), engine({ SDR_RECORD_FSYNC: '1' }))).toBe(true);
    expect(isConfigured(record, typed(['cpurec']), engine({ SDR_RECORD_FSYNC: '' }))).toBe(false);
  });

  test('is false of commands that no service runs', () => {
    expect(isConfigured({ name: 'list', options: [] }, typed([]), engine())).toBe(false);
  });
});

describe('where nothing says where to', () => {
  test('a configured recording goes where systemd says, else to the usual place', async () => {
    expect((await recorded('interval = 5')).values).toMatchObject({ output: ['/var/lib/sdr'] });
    const env = { STATE_DIRECTORY: '/var/lib/other:/x' };
    expect((await recorded('interval = 5', { env })).values).toMatchObject({ output: ['/var/lib/other'] });
  });

  test('one that is not configured goes to stdout', async () => {
    expect((await asked({})).values).toEqual({});
    expect((await asked({ files: { [main]: '[other]\n' } })).values).toEqual({});
  });
});

describe('a service without a configuration', () => {
  const env = { STATE_DIRECTORY: '/var/lib/sdr' };
  const packaged = { output: ['/var/lib/sdr'], flush: '60s', keep: '28d', maxBytes: '256M', minFree: '5%' };

  test('goes by what the packaged one says, and tells so', async () => {
    const found = await asked({ env });
    expect(found.words).toEqual(['10s']);
    expect(found.values).toEqual(packaged);
    expect(found.said).toContain(
      'sdr: No [record] in /etc/sdr/sdr.toml or /etc/sdr/conf.d: going by interval 10s, output',
    );
    expect(found.said.split('\n')).toHaveLength(2);
  });

  test('does what is typed when anything is', async () => {
    expect((await asked({ env, values: { output: ['/data'] } })).words).toEqual([]);
    expect((await asked({ env, values: { config: false } })).words).toEqual([]);
    expect((await asked({ env, words: ['sysrec'] })).values).toEqual({});
    expect((await asked({ env, values: { verbose: true } })).words).toEqual(['10s']);
  });

  test('has its variables all the same', async () => {
    const found = await asked({ env: { ...env, SDR_RECORD_KEEP: '7d' } });
    expect(found.values).toEqual({ ...packaged, keep: '7d' });
  });
});

test('that there is no configuration is told to those who want to hear more', async () => {
  expect((await asked({ env: home })).said).toBe('');
  expect((await asked({ env: home, values: { verbose: true } })).said).toBe(
    'sdr: No configuration: there is no /etc/sdr/sdr.toml, no /home/u/.config/sdr/sdr.toml\n',
  );
});

test('an option rules out the opposite that is configured', async () => {
  expect((await recorded('quiet = true', { values: { verbose: true } })).values['quiet']).toBeUndefined();
  expect((await recorded('quiet = true')).values['quiet']).toBe(true);
});
