/** The configuration of the built programs, both editions: read, checked, taken up by SIGHUP, and not touched by what is typed. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { recorderEdition } from '../../scripts/recorder-edition.ts';
import { BuildError } from '../../scripts/tools.ts';
import { mount, needs, needsRoot } from './needs.ts';
import { environment, folder, lines, run, startAny, until, words } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'sdr-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const recorder = join(directory, 'sdr-recorder');
let missing = '';
try {
  await recorderEdition({ entry: 'bin/sdr-recorder.ts', out: recorder });
} catch (error) {
  if (!(error instanceof BuildError) || process.env['CI']) throw error;
  missing = error.message;
  process.stderr.write(`The recorder edition is skipped: ${missing}\n`);
}

type Command = [string, ...string[]];

/** Each edition, and the words that run it. */
const editions: readonly (readonly [name: string, of: (args: readonly string[]) => Command])[] = [
  ['the full edition', (args) => words(args)],
  ...(missing === ''
    ? [['the recorder edition', (args: readonly string[]): Command => [recorder, ...args]] as const]
    : []),
];

/** A home with this configuration of its user, and nobody else's. */
function home(text: string) {
  const at = folder();
  mkdirSync(join(at, 'sdr'));
  const file = join(at, 'sdr', 'sdr.toml');
  const write = (content: string) => writeFileSync(file, content);
  write(text);
  return { at, file, write, env: { XDG_CONFIG_HOME: at } };
}

describe.each(editions)('%s', (_, command) => {
  test('records what the configuration says, and takes up what has changed in it', async () => {
    const { at, file, write, env } = home('');
    const out = join(at, 'out');
    const config = (more: string) => `[record]\ninterval = 0.1\noutput = "${out}"\n${more}\n`;
    write(config('recorders = ["sysrec", "cpurec"]\nflush = "1h"'));
    const { child, stderr, stop } = startAny(command(['record']), { env });
    const rows = (name: string): string[] => {
      const found = readdirSync(out).filter((each) => each.startsWith(name));
      return found.flatMap((each) => lines(readFileSync(join(out, each), 'utf8')).slice(1));
    };
    const hup = async (said: string): Promise<void> => {
      child.kill('SIGHUP');
      await until(
        () => stderr().includes(said),
        () => `${said} in ${stderr()}`,
      );
    };
    await until(
      () => lines(run(['ls', '-a', join(out, '.sdr')]).stdout).some((name) => name.startsWith('cpurec')),
      'a claim',
    );

    write(config('recorders = ["sysrec", "diskrec"]'));
    await hup('SIGHUP: the configuration has changed, and is in force\n');
    await until(() => rows('diskrec').length > 2, 'rows of diskrec');
    const before = rows('cpurec').length;

    write(config('flush = "1x"'));
    await hup(
      `SIGHUP: ${file}:4: flush "1x": expected a duration such as 60s, 5m or 28d; the recording goes on as it was\n`,
    );
    const then = rows('sysrec').length;
    await until(() => rows('sysrec').length > then + 2, 'more rows of sysrec');
    expect(rows('cpurec')).toHaveLength(before);

    expect(await stop()).toMatchObject({ status: 0 });
    const times = rows('sysrec').map((row) => Number(row.split(',')[0]));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(readdirSync(out).filter((name) => name.startsWith('sysrec'))).toHaveLength(1);
  });

  test.each([
    [
      'a bad value',
      '[record]\ninterval = 1\n\nkeep = "4w"\n',
      78,
      ':4: keep "4w": expected a duration such as 60s, 5m or 28d\n',
    ],
    ['no TOML', '[record]\nkeep\n', 78, ':2: Cannot parse this as TOML: '],
    [
      'a recorder that is not there',
      '[record]\ninterval = 1\nrecorders = ["a", "b"]\n',
      78,
      ':3: recorders: unknown recorder "a"',
    ],
  ])('exits with %s', (_what, text, status, message) => {
    const { file, env } = home(text);
    const ended = run(command(['record']), { env });
    expect(ended.stderr).toContain(`sdr: ${file}${message}`);
    expect(ended.status).toBe(status);
    expect(ended.stdout).toBe('');
  });

  test('warns of what nobody reads, and goes on', () => {
    const { file, env } = home('[record]\ninterval = 1\nflsh = "1s"\n');
    const ended = run(command(['record', '--dry-run']), { env: { ...env, SDR_RECORD_KEPE: '1d' } });
    expect(ended.stderr).toBe(
      `sdr: ${file}:3: Unknown key "flsh" in [record]: did you mean flush?\n` +
        'sdr: Unknown variable SDR_RECORD_KEPE: did you mean SDR_RECORD_KEEP?\n',
    );
    expect(ended.status).toBe(0);
    expect(ended.stdout).toContain('sysrec  every 1 s  /var/lib/sdr/');
  });

  test('switches off on the command line what the configuration has switched on', () => {
    const { env } = home('[record]\ninterval = 1\ncounters = true\noutput = "-"\nrecorders = "sysrec"\n');
    const head = (args: readonly string[]) =>
      lines(run(['sh', '-c', '"$@" | head -n 1', 'sh', ...command(['record', ...args])], { env }).stdout)[0];
    expect(head([])).toContain('user_s_total');
    expect(head(['--no-counters'])).toContain('user_pct');
    expect(head(['--no-config'])).toContain('user_pct');
  });

  test('finds the packaged configuration right', () => {
    const at = folder();
    copyFileSync(resolve('packaging/sdr.toml'), join(at, 'sdr.toml'));
    const ended = run(command(['config', '--show-origin', '--config', join(at, 'sdr.toml')]), {
      env: { STATE_DIRECTORY: at },
    });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/^interval = "10s" +# .*sdr\.toml:\d+$/m);
    expect(ended.stdout).toContain(`output = ["${at}"]`);
  });

  test('looks at no configuration for what is typed', needs('strace'), () => {
    const { env } = home('[record]\ncounters = true\nflush = "1x"\n');
    const trace = join(folder(), 'trace');
    for (const args of [['cpurec', '.1', '1'], ['record', 'sysrec'], ['--version'], ['list', '--json']]) {
      const ended = run(['strace', '-f', '-o', trace, ...command(args)], { env });
      expect([ended.status, ended.stderr]).toEqual([0, '']);
      const looked = lines(readFileSync(trace, 'utf8')).filter((line) => /sdr\.toml|conf\.d|environ"/.test(line));
      expect(looked).toEqual([]);
    }
  });

  test('reads the files of the machine before those of the user', needsRoot('unshare'), (context) => {
    const { at, env } = home('[record]\nflush = "3s"\n');
    const etc = join(at, 'etc');
    mkdirSync(join(etc, 'conf.d'), { recursive: true });
    writeFileSync(join(etc, 'sdr.toml'), '[record]\nflush = "1s"\nkeep = "1d"\nmax-file = "1M"\n');
    writeFileSync(join(etc, 'conf.d', 'site.toml'), '[record]\nflush = "2s"\nkeep = "2d"\n');
    const top = folder();
    mount(context, top, ['-t', 'tmpfs', 'none']);
    const script = 'mount -t tmpfs none /etc && cp -r "$1" /etc/sdr && shift && exec "$@"';
    const inside = ['unshare', '-m', 'sh', '-c', script, 'sh', etc] as const;
    const ended = run([...inside, ...command(['config', '--show-origin'])] as Command, { env: environment({ env }) });
    expect(ended.stderr).toBe('');
    expect(ended.stdout.replaceAll(/ +/g, ' ')).toBe(
      [
        '[record]',
        'output = ["/var/lib/sdr"] # default',
        `flush = "3s" # ${at}/sdr/sdr.toml:2`,
        'max-file = "1M" # /etc/sdr/sdr.toml:4',
        'keep = "2d" # /etc/sdr/conf.d/site.toml:3',
        '',
      ].join('\n'),
    );
  });
});

test.skipIf(missing !== '')('both editions say the same of the same configuration', () => {
  const texts = [
    '[record]\ninterval = 1\n',
    '[record]\ninterval = 0\n',
    '[rec]\n',
    '[',
    'a = "\\u00e9"',
    '[record]\nfsync = 3\nflush = []\n',
  ];
  for (const text of texts) {
    const { env } = home(text);
    const [ours, theirs] = editions.map(([, command]) => run(command(['config', '--show-origin']), { env }));
    expect(theirs).toEqual(ours);
  }
});
