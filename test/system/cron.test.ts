/** A real cron with its nearly empty environment runs the lines of sdr-install(7): rows in a directory, in silence. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { installPage } from '../../src/pages/topics/install.ts';
import { faults, filesOf, read, tableOf } from './csv.ts';
import { needsRoot } from './needs.ts';
import { folder, lines, quoted, startAny, until } from './program.ts';

/** The lines of the page, without their five times, for a program and a directory of ours. */
function documented(at: string): readonly string[] {
  const blocks = installPage().sections.find(({ title }) => title === 'CRON')?.blocks ?? [];
  const found = blocks.flatMap((block) => (typeof block !== 'string' && block.kind === 'code' ? block.lines : []));
  return found.map((line) =>
    line
      .replace(/^(\S+ ){5}sdr /, '')
      .replace('/usr/bin/sdr', quoted([]))
      .replace('/var/lib/sdr', join(at, 'data')),
  );
}

test(
  'cron runs the documented lines in an empty environment, and hears nothing',
  needsRoot('cron', 'unshare'),
  async () => {
    const at = folder();
    const commands = documented(at);
    expect(commands).toHaveLength(2);
    const jobs = commands.map(
      (command, i) => `* * * * * root ${command} >${at}/said${i} 2>&1; echo $? >${at}/exit${i}`,
    );
    writeFileSync(join(at, 'sdr'), [...jobs, `* * * * * root env >${at}/environment`, ''].join('\n'), { mode: 0o644 });
    const line = [
      'for d in /var/spool/cron/crontabs /etc/cron.d /run; do mount -t tmpfs none $d; done',
      'mount --bind /dev/null /etc/crontab',
      `install -m 644 ${at}/sdr /etc/cron.d/sdr`,
      'exec cron -f',
    ].join(' && ');
    startAny(['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', line]);
    // The next minute begins within one.
    await until(
      () =>
        ['exit0', 'exit1', 'environment'].every((name) => existsSync(join(at, name)) && read(join(at, name)) !== ''),
      'the end of the jobs',
      100_000,
    );
    expect(
      lines(read(join(at, 'environment')))
        .map((word) => word.split('=')[0])
        .sort(),
    ).toEqual(['HOME', 'LOGNAME', 'PATH', 'PWD', 'SHELL']);
    expect([0, 1].map((i) => [read(join(at, `said${i}`)), read(join(at, `exit${i}`))])).toEqual([
      ['', '0\n'],
      ['', '0\n'],
    ]);
    const files = filesOf(join(at, 'data'));
    expect(files.map((file) => /\w+rec/.exec(file.slice(dirname(file).length))?.[0])).toEqual([
      'cpurec',
      'hdwrec',
      'sysrec',
    ]);
    for (const file of files.filter((each) => !each.includes('hdwrec'))) expect(faults(read(file))).toEqual([]);
    expect(tableOf(read(files[2] ?? '')).rows).toHaveLength(1);
    expect(readdirSync(join(at, 'data', '.sdr'))).toContain('state-sysrec+cpurec');
  },
);
