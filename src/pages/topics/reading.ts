/** What the pages of the commands that read recorded files say beyond their declarations. */
import type { Prose } from '../command.ts';
import type { Block } from '../page.ts';
import { code, terms } from '../page.ts';

const where =
  'Files and directories are told from a recorder by what they are; the order of the words does not matter. Without any, files are those of `STATE_DIRECTORY` or else of `/var/lib/sdr`. Compressed files (`.csv.gz`) are read as they are. A recorder need not be named where a directory holds one only.';

const environment = terms(
  ['`STATE_DIRECTORY`', 'The directory that is read when none is named; systemd sets it for its services.'],
  ['`TZ`', 'The time zone of `--local`. It changes nothing else.'],
);

const stateOnly = terms([
  '`STATE_DIRECTORY`',
  'The directory that is read when none is named; systemd sets it for its services.',
]);

const files: Block = terms(['/var/lib/sdr', 'The directory that is read when none is named.']);

const torn =
  'A torn last line is left out in silence, any other line that is no row of its header with a warning. A file that cannot be read to its end gives what it has; the exit is then 1.';

const times = [
  'A date may have its own offset (`2026-11-21T04:00:00+02:00`); `90s`, `1h` and `2d` are spans back from now.',
];

export const cat: Prose = {
  description: [
    'Prints the rows of one recorder, from all of its files, as one CSV: one header, the rows in the order of `time`, each byte as it was recorded. Columns of files of different versions are united: those of the oldest file, then what later ones have more; a cell that a file does not have is empty.',
    where,
    'Files of other days are not opened, and in a file the first row is found without reading what is before it. Rows of files whose times overlap, because the clock was set back, are merged by time, the older file first.',
    torn,
  ],
  options: {
    '--since': times,
    '--columns': ['`time` and the key are always printed.'],
    '--local': ['Times are then ISO 8601 with their offset. Every other tool wants the seconds: leave it to people.'],
  },
  environment,
  files,
  exits: ['done', 'partial', 'usage', 'unavailable', 'bug', 'io', 'permission'],
  examples: [
    'The five worst seconds of yesterday:',
    code(
      'sdr cat sysrec --since 2026-11-20 --until 2026-11-21 \\',
      '    --columns cpu_pct | sort -t, -k2,2nr | head -5',
    ),
  ],
  seeAlso: ['sdr-record(1)', 'sdr-stats(1)', 'sdr-csv(5)'],
};

export const rates: Prose = {
  description: [
    'Computes from files that were recorded with `--counters` the rows that `sdr record` would have written without it, byte for byte: the same differences, the same guards against counters that run backwards, the same rounding.',
    'A sample belongs to the one before it when its `interval_s` says so: a chain goes on from file to file, and a gap, a reboot or the start of a recording begins a new one, whose first row gives none.',
    where,
  ],
  options: {
    '--ulong': [
      'Counters of the width of an unsigned long wrap at 2^32 on 32-bit kernels; the files do not tell which kernel wrote them.',
    ],
  },
  environment: stateOnly,
  files,
  exits: ['done', 'partial', 'usage', 'unavailable', 'bug', 'io', 'permission'],
  seeAlso: ['sdr-cat(1)', 'sdr-record(1)', 'sdr-csv(5)'],
};

export const stats: Prose = {
  description: [
    'Says in a few numbers what recorded columns were like: one row per column and thing, of everything or of each window of time. The rows are CSV like everything else.',
    `${where} Words that are neither are columns; without any, all columns are summed up.`,
    'The files are read once, as a stream: memory does not grow with them. On a terminal a line on standard error shows the progress of what takes longer than a second.',
  ],
  options: { '--since': times },
  notesTitle: 'STATISTICS',
  environment,
  files,
  exits: ['done', 'partial', 'usage', 'unavailable', 'bug', 'io', 'permission'],
  seeAlso: ['sdr-cat(1)', 'sdr-describe(1)', 'sdr-csv(5)'],
};
