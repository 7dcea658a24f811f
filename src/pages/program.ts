/** sdr(1): what there is, and where to read on. */
import type { Command } from '../command.ts';
import { commonOptions, programOptions } from '../command.ts';
import type { Exit } from '../errors.ts';
import { exits } from '../errors.ts';
import type { Recorder } from '../recorder.ts';
import { exitList, optionList } from './command.ts';
import type { Page } from './page.ts';
import { code, references, sentence, terms, usage } from './page.ts';

interface Program {
  readonly commands: readonly Command[];
  readonly recorders: readonly Recorder[];
}

export function programPage({ commands, recorders }: Program): Page {
  const named = (
    list: readonly { readonly name: string; readonly summary: string }[],
    page: (name: string) => string,
  ) => terms(...list.map(({ name, summary }): [string, string] => [page(name), sentence(summary)]));
  return {
    name: 'sdr',
    section: 1,
    summary: 'system data recorder',
    sections: [
      {
        title: 'SYNOPSIS',
        blocks: [
          usage(
            { literal: 'sdr', words: 'command [options] [words …]' },
            { literal: 'sdr', words: 'recorder [options] [interval [count]]' },
          ),
        ],
      },
      { title: 'DESCRIPTION', blocks: description },
      { title: 'COMMANDS', blocks: [named(commands, (name) => `sdr-${name}(1)`)] },
      { title: 'RECORDERS', blocks: [recorderIntroduction, named(recorders, (name) => `${name}(1)`)] },
      {
        title: 'OPTIONS',
        blocks: ['Of every command:', optionList(commonOptions), 'Of `sdr` without one:', optionList(programOptions)],
      },
      {
        title: 'ENVIRONMENT',
        blocks: [
          terms(
            [
              '`SDR_CONFIG`, `SDR_RECORD_FLUSH` and the like',
              'The configuration, and its keys one by one: sdr.toml(5).',
            ],
            ['`STATE_DIRECTORY`', 'The directory that commands read which get none. systemd sets it for its services.'],
            ['`TZ`', 'The time zone of `--local`. Nothing else depends on it, nor on LANG, LC_ALL or NO_COLOR.'],
          ),
        ],
      },
      {
        title: 'FILES',
        blocks: [
          terms(
            ['/etc/sdr/sdr.toml', 'What services of sdr do, sdr.toml(5).'],
            ['/var/lib/sdr', 'The usual directory of recorded files, sdr-csv(5).'],
          ),
        ],
      },
      { title: 'EXIT STATUS', blocks: [exitList(Object.keys(exits) as Exit[])] },
      { title: 'EXAMPLES', blocks: examples },
      {
        title: 'SEE ALSO',
        blocks: [
          references([
            ...commands.map(({ name }) => `sdr-${name}(1)`),
            ...recorders.map(({ name }) => `${name}(1)`),
            'sdr-csv(5)',
            'sdr.toml(5)',
            'sdr-sar(7)',
          ]),
        ],
      },
    ],
  };
}

const description = [
  '`sdr` is the flight recorder of a computer. It reads what the kernel counts, on an interval, and writes raw time series as plain CSV, one file per recorder and day, that awk, R, pandas, SQLite and RRDtool read with no flags.',
  'It never writes a wrong number where it has none: what could not be measured is an empty cell. Its files survive a full disk, a kill and a power cut. What it costs is recorded by selfrec(1).',
  'Pages to begin with: sdr-record(1) says how to record, sdr-csv(5) what the files look like, and sdr-sar(7) what takes the place of sar, iostat, mpstat and vmstat. `sdr help <topic>` prints any of them.',
];

const recorderIntroduction =
  'Each is a command as well: `sdr cpurec 1 5` is `sdr record cpurec 1 5`. sdr-list(1) says which of them work on this machine.';

const examples = [
  'Every processor, five times, a second apart:',
  code('sdr cpurec 1 5'),
  'Everything, every 10 seconds, into files; and the last hour of it as a table:',
  code('sdr record 10 -o /var/lib/sdr', 'sdr cat sysrec --since 1h --format table --local | less -S'),
  'What is wrong here:',
  code('sdr doctor'),
];
