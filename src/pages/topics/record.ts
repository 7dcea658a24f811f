/** What sdr-record(1) says beyond its declaration. */
import { everyExit } from '../../errors.ts';
import type { Prose } from '../command.ts';
import type { Section } from '../page.ts';
import { code, terms } from '../page.ts';

const time: Section = {
  title: 'WHEN SAMPLES ARE TAKEN',
  blocks: [
    'Samples are due on multiples of the interval in UTC, so those of different machines belong together. Waiting and rates go by the monotonic clock, `time` is the tick that was due: nothing drifts, however many ticks. The first reading is the base; the first row comes at the first tick at least half an interval later. That goes for recorders without rates as well: an inventory on an interval of a day is first written at a midnight UTC, and `sdr record hdwrec`, without an interval, writes one at once. A late tick is a late tick, a missed one is a gap, and its time is covered by the next row. There are never two rows of one thing for one time.',
    'When the clock is set, rates stay right. Ticks that are not after the last `time` on standard output are left out; in a directory a new file begins. While the machine is suspended there is a gap. Both are said in one line on standard error.',
  ],
};

const failures: Section = {
  title: 'WHEN SOMETHING FAILS',
  blocks: [
    'A recorder that cannot work on this machine ends the command with 69 or 77 when it is alone. Beside others it is left out with a warning if it was named, and in silence if it was not. A reading that fails skips one sample of one recorder; the others go on. A program that a recorder runs has a time limit, after which it is killed with all that it has started. It does not outlive sdr, but for a SIGKILL of the full edition: then it runs on until it ends by itself, unless systemd, which kills all of a service, ends it.',
    'A disk that is full or fails does not end the recording, also not at its start: rows are dropped and counted, one line says so and one more when it is over. What is wrong for good when the recording starts, such as a directory that may not be written, ends it.',
    'Each condition is reported once until it is over. selfrec(1) records what was missed and dropped.',
  ],
};

const signals: Section = {
  title: 'SIGNALS',
  blocks: [
    terms(
      ['SIGINT', 'Writes out what was gathered and exits 130. A second one ends at once.'],
      ['SIGTERM', 'Writes out what was gathered and exits 0.'],
      ['SIGUSR2', 'Writes out what `--flush` has gathered, and goes on.'],
      [
        'SIGHUP',
        'Takes up a changed configuration, sdr.toml(5); of a recording that was typed it changes nothing. Files need not be reopened.',
      ],
      ['SIGPIPE', 'A reader of standard output that goes away ends the recording quietly, exit 0.'],
    ),
  ],
};

export const record: Prose = {
  description: [
    'Reads what the named recorders are about, on their intervals, and writes one row per thing and sample in the CSV of sdr-csv(5): to standard output, or with `-o` into files. `sdr cpurec 1 5` is short for `sdr record cpurec 1 5`.',
    'An <interval> is a number of seconds, or a number with `ms`, `s`, `m`, `h` or `d`: `5`, `.5`, `500ms`, `1m`; whole milliseconds from 10 ms to 366 days. A recorder may have its own behind an `@`; the bare one governs all others. <count> ends the recording after that many rows of the bare interval.',
    'Without an interval one sample is taken. It is a second wide, or as wide as the time since the previous one, when a directory (`-o`) or a file (`--state`) remembers that from the same boot, at most an hour ago.',
    'When nothing at all is named, neither a recorder nor an interval, it does what the configuration says, if there is one: sdr.toml(5). That is how a service records. What is typed means the same with and without a configuration.',
    'When no recorder is named, a directory or `--format json` gets every recorder that works on this machine. The bare interval then governs all but the slow ones, such as an inventory, which keep to a longer pace of their own: their pages say which. CSV on standard output holds one recorder, and is that of sysrec(1).',
  ],
  options: {
    '--output': [
      'It is made if the directory above it exists. sdr-csv(5) has the rules of the files. With `-o - -o <dir>` rows go to both.',
    ],
    '--format': [
      'This concerns standard output: a directory is CSV. But `krd`, the layout of the predecessor that sdr-krd(5) describes, is that of the files as well.',
    ],
    '--changes': [
      'For inventories. A row of what vanished comes once more, with empty cells; the first sample of a run is whole, or compared with the run before where that is remembered.',
    ],
    '--header': [
      '`auto` leaves it out where standard output is a file that begins with the same header, so that cron may append with `>>`; a file with another beginning is refused, exit 73.',
    ],
    '--columns': ['`time` and the key are always written. Of several recorders each takes those that it has.'],
    '--counters': [
      'Raw data in the strict sense: they end in `_total`, are in base units, and keep every digit. sdr-rates(1) makes rates of them later.',
    ],
    '--state': ['A directory remembers by itself. The file holds the text of what was read.'],
    '--devices': ['In a glob `*` is any text, `?` any letter, `[a-c]` one of those: `--devices diskrec=sd?`.'],
    '--root': ['For containers with the directories of their host, and for tests.'],
    '--recorder': [
      '<file> is an ECMAScript module that declares a recorder in the words of sdr: recorders/README.md in its source shows how.',
    ],
    '--exec': [
      '<command> is run at each sample, without a shell, for at most 5 seconds. It prints lines `name value` or `name: value`, or CSV; the recorder has the columns `item`, `value` and `text`.',
    ],
    '--wait-clock': [
      'For boards that start without knowing the time. When it passes, recording begins all the same, with a warning.',
    ],
    '--fsync': ['Without it the kernel writes when it sees fit: a power cut may cost the last half minute or so.'],
    '--flush': [
      'A kill loses at most that time; SIGTERM and SIGINT lose nothing. SD cards last longer: one write per file and <time>.',
    ],
    '--max-file': ['Sizes are bytes, or end in `K`, `M`, `G` or `T`, powers of 1024.'],
    '--keep': ['Whole days: a file goes when its day ended longer ago than <time>, such as `28d`.'],
    '--max-bytes': ['Files that are being written do not go, so each of them is kept to a sixteenth of <size>.'],
    '--compress': ['One file at a time, beside the recording.'],
  },
  sections: [time, failures, signals],
  environment: terms(
    [
      '`PATH`',
      'Where programs that a recorder runs are looked for. Directories of administrators (`/usr/sbin`, `/sbin`) are looked through as well, which cron leaves out.',
    ],
    ['LANG, LC_ALL, TZ, NO_COLOR', 'Change nothing.'],
  ),
  files: terms(
    [
      '`<dir>/<recorder>-<YYYYMMDD>.csv`',
      'The rows of one UTC day; after a reboot, or where a file cannot go on, `<recorder>-<YYYYMMDD>r<NNNN>.csv`.',
    ],
    [
      '`<dir>/.sdr/`',
      'Who records here, and the state of single samples. A second process that records the same recorder into <dir> exits 75.',
    ],
    ['/var/lib/sdr', 'The usual <dir>. Other commands look there when they get none.'],
  ),
  exits: everyExit,
  examples: [
    'Everything that works here, every 10 seconds, for four weeks and never more than 256 MiB:',
    code('sdr record 10 -o /var/lib/sdr --keep 28d --max-bytes 256M --compress'),
    'On a Raspberry Pi, sparing its card: one write a minute, and not before the time is known:',
    code('sdr record sysrec temprec pirec 5 -o /var/lib/sdr --flush 60s \\', '    --wait-clock 60s'),
    'From cron, in silence: one row that covers the minute since the previous one.',
    code('* * * * * sdr record sysrec --state /run/sdr.state >> /srv/s.csv'),
    'As a service of systemd: the installed one does what /etc/sdr/sdr.toml says, any other is printed by sdr-unit(1).',
    code('systemctl enable --now sdr', 'sdr unit cpurec 1s -o /var/lib/fast > /etc/systemd/system/fast.service'),
    'Only the disks that are disks, and the worst of their waiting, by awk as it happens:',
    code('sdr diskrec 1 --devices diskrec=sd? --columns await_ms |', "  LC_ALL=C awk -F, '$3 > 100'"),
  ],
  seeAlso: [
    'sdr-cat(1)',
    'sdr-doctor(1)',
    'sdr-list(1)',
    'sdr-rates(1)',
    'sdr-unit(1)',
    'sdr-csv(5)',
    'sdr.toml(5)',
    'sdr-install(7)',
    'sdr-sar(7)',
  ],
};
