/** `sdr config`: what is configured as one file, each value with its origin, and everything that is wrong. */
import { expect, test } from 'vitest';
import type { Values } from '../../src/command.ts';
import { collect } from '../../src/commands/collect.ts';
import { config } from '../../src/commands/config.ts';
import { forward } from '../../src/commands/forward.ts';
import { list } from '../../src/commands/list.ts';
import { record } from '../../src/commands/record.ts';
import { parsed } from '../../src/config/parser.ts';
import { engineOf, main, worldOf } from '../config/configured.ts';

interface Setting {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly words?: readonly string[];
  readonly values?: Values;
}

async function run({ files = {}, env = {}, words = [], values = {} }: Setting) {
  const engine = engineOf({ files, env });
  let out = '';
  const print = (text: string | Uint8Array): void => {
    out += String(text);
  };
  const commands = [record, forward, collect, list, config(async () => [])];
  const exit = await config(async () => commands).run({ ...worldOf(engine), print }, words, values);
  return { exit, out, said: engine.files.said(2) };
}

const files = {
  [main]: '[record]\nflush = "60s"\nrecorders = ["sysrec", "cpurec@1s"]\ninterval = 10\nfsync = true\n',
  '/etc/sdr/conf.d/site.toml': '\n[record]\nkeep = "90d"\n',
};
const env = { SDR_RECORD_FSYNC: 'no' };

test('prints what is in force as a file that says the same', async () => {
  const { exit, out, said } = await run({ files, env });
  expect([exit, said]).toEqual(['done', '']);
  expect(parsed('', out)).toEqual({
    record: {
      recorders: ['sysrec', 'cpurec@1s'],
      interval: '10',
      output: ['/var/lib/sdr'],
      fsync: false,
      flush: '60s',
      keep: '90d',
    },
  });
});

test('--show-origin says where each value stands, and the file is still one', async () => {
  const { out } = await run({ files, env, values: { showOrigin: true } });
  expect(out.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    '[record]',
    `recorders = ["sysrec", "cpurec@1s"] # ${main}:3`,
    `interval = "10" # ${main}:4`,
    'output = ["/var/lib/sdr"] # default',
    'fsync = false # SDR_RECORD_FSYNC',
    `flush = "60s" # ${main}:2`,
    'keep = "90d" # /etc/sdr/conf.d/site.toml:3',
    '',
  ]);
  expect(parsed('', out)).toHaveProperty('record.keep', '90d');
});

test('texts come back as they were, whatever is in them', async () => {
  const odd = 'a"b\\c\td#e\u007f[ü';
  const { out } = await run({ env: { SDR_RECORD_ROOT: odd } });
  expect(parsed('', out)).toHaveProperty('record.root', odd);
});

test('says everything that is wrong, and exits 78', async () => {
  const wrong = { [main]: '[record]\nflsh = 1\nfsync = 1\nheader = "no"\n[list]\njson = true\n' };
  const { exit, said } = await run({ files: wrong });
  expect(exit).toBe('config');
  expect(said).toContain(`${main}:2: Unknown key "flsh" in [record]: did you mean flush?\n`);
  expect(said).toContain(`${main}:3: fsync: expected true or false, got 1\n`);
  expect(said).toContain(`${main}:4: header: unknown value "no"`);
  expect(said).toContain(`${main}:5: Unknown table [list]`);
});

test('finds what only the command knows', async () => {
  const { exit, out, said } = await run({ files: { [main]: '[record]\ninterval = 1\nflush = "1x"\n' } });
  expect(exit).toBe('config');
  expect(said).toBe(`sdr: ${main}:3: flush "1x": expected a duration such as 60s, 5m or 28d\n`);
  expect(out).toContain('flush = "1x"');
});

test('without a configuration it says where it looked, and all is well', async () => {
  const { exit, out, said } = await run({ env: { HOME: '/home/u' } });
  expect([exit, out]).toEqual(['done', '']);
  expect(said).toBe('sdr: No configuration: there is no /etc/sdr/sdr.toml, no /home/u/.config/sdr/sdr.toml\n');
});

test.each([
  [['recrod'], 'Unknown table "recrod": did you mean record?'],
  [['list'], 'Unknown table "list"'],
  [['record', 'more'], 'config: expected one command, got "more" behind it'],
])('%j is wrong usage', async (words, message) => {
  await expect(run({ words })).rejects.toMatchObject({ exit: 'usage', message: expect.stringContaining(message) });
});

test.each([
  ['[forward]\nto = "xyz"', ':2: to "xyz": expected a URL'],
  ['[collect]\nmax-connections = "x"', ':2: max-connections "x": expected a whole number'],
  ['[collect]\nmin-free = "5%"', ':2: min-free "5%": expected a size'],
  ['[collect]\nidle = "5y"', ':2: idle "5y": expected a duration'],
])('finds what the command itself would refuse: %j', async (text, message) => {
  const { exit, said } = await run({ files: { [main]: `${text}\n` } });
  expect(exit).toBe('config');
  expect(said).toContain(main + message);
});
