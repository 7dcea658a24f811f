/** sdr-csv(5): the dialect, for somebody who writes a reader. The files of a directory are in csv-files.ts. */
import type { Recorder } from '../../recorder.ts';
import type { Page, Section } from '../page.ts';
import { bullets, code, references, table, terms } from '../page.ts';
import { units } from '../units.ts';
import { fileSections } from './csv-files.ts';

export function csvPage(recorders: readonly Recorder[]): Page {
  return {
    name: 'sdr-csv',
    section: 5,
    summary: 'the CSV that sdr writes, and the files that it is written into',
    sections: [
      description,
      { title: 'LINES AND CELLS', blocks: [lines] },
      columns(recorders),
      missing,
      names,
      identifiers(recorders),
      decimals,
      grammar,
      ...fileSections,
      reading,
      output,
      examples,
      {
        title: 'SEE ALSO',
        blocks: [
          references(['sdr(1)', 'sdr-cat(1)', 'sdr-describe(1)', 'sdr-record(1)', 'sdr-rates(1)', 'sdr-sar(7)']),
        ],
      },
      {
        title: 'STANDARDS',
        blocks: [
          'The dialect is a subset of RFC 4180 but for its line ends, which are LF alone. Identifiers are encoded as RFC 3986 section 2.1 says.',
        ],
      },
    ],
  };
}

const description: Section = {
  title: 'DESCRIPTION',
  blocks: [
    'Everything that sdr(1) records is one dialect of CSV, called sdr CSV 1. It needs no options in awk, R, pandas, Miller, SQLite, DuckDB, gnuplot and RRDtool, and no parser that knows quotes. This page says all that a reader may rely on.',
    code(
      'time,device,interval_s,cpu_pct,user_pct,nice_pct,sys_pct,…',
      '1795239283,cpu0,0.997,52.04,52.04,0.00,0.00,…',
      '1795239283,cpu1,0.997,100.00,0.00,100.00,0.00,…',
    ),
    'The bytes depend on what was measured and on the options of the recording, and on nothing else: not on the terminal or its width, not on LANG, LC_ALL, TZ or NO_COLOR, not on the edition of sdr.',
  ],
};

const lines = bullets(
  'The encoding is UTF-8 without a byte order mark. Header, numbers and identifiers are ASCII.',
  'Every line ends in LF, the last one too. There is no CR, no NUL, no tab, no blank line and no comment.',
  'Cells are separated by one comma, without blanks around it. The decimal mark is a full stop.',
  'Line 1 is the header, once a file, and begins with `time,`. It never comes again in that file.',
  'No cell is quoted, except in a last column that holds free text, such as the `value` of an inventory: there the quotes of RFC 4180 appear where the text has a comma or a quote. A text never contains a line end: control characters in it become blanks. Words in other columns are spelled as identifiers are. So `awk -F,` finds every other column where the header says.',
  'Every line has the number of cells of the header.',
);

function columns(recorders: readonly Recorder[]): Section {
  const keys = new Map<string, string[]>();
  for (const { key, name } of recorders) if (key !== null) keys.set(key, [...(keys.get(key) ?? []), name]);
  const all = recorders.filter(({ key }) => key === null).map(({ name }) => `${name}(1)`);
  const keyed = [...keys].map(([key, of]) => `\`${key}\` (${of.map((name) => `${name}(1)`).join(', ')})`);
  return {
    title: 'COLUMNS',
    blocks: [
      'The columns stand in this order:',
      terms(
        [
          '`time`',
          'When the sample was due, in seconds since 1970-01-01 UTC: an integer when the interval of the recording is whole seconds, otherwise with exactly three decimals in every row. It is a multiple of the interval (a single sample has its second), and all rows of a sample share it. Between the rows of one file it never goes back.',
        ],
        [
          'the key',
          `Which thing the row is about, in recorders of many things: ${keyed.join(', ')}. One row is written per thing and sample, in the order of the kernel. Recorders of one thing have no such column: ${all.join(', ')}.`,
        ],
        [
          '`interval_s`',
          'How many seconds the row covers, by the monotonic clock, with three decimals: what the rates of this row were divided by. It is the time since the sample before in which this thing was seen, so after a missed tick it is longer than the interval, and two rows of one sample may differ. Recorders that compute no differences have no such column. With `--counters` it is empty in the first row of a thing.',
        ],
        [
          'what was measured',
          'Numbers, and in a few columns words. Each recorder has a page that lists its columns; sdr-describe(1) prints the same as JSON.',
        ],
      ),
      'The header depends on the recorder and its version, and on `--columns` and `--counters`; it never depends on the machine: what a machine lacks is a column of empty cells. So the files of many machines can be concatenated. Inside a file, names and order never change. A later version adds columns at the right only, and begins a new file. Select columns by name.',
    ],
  };
}

const missing: Section = {
  title: 'MISSING VALUES',
  blocks: [
    'A value that could not be measured is an empty cell: never 0, -1, NA, NaN, a dash or a word. 0 is a measured nothing. A cell is empty when',
    bullets(
      'this kernel, driver or machine does not have it;',
      'it could not be read at this tick;',
      'it is a rate whose counter ran backwards without having wrapped: a device or driver that was reset;',
      'it is a mean of nothing, such as the time of a read while there was none, or a share of nothing.',
    ),
    'In the first sample of a thing that appears, its rates are empty, because they have no base: there is never a row of averages since boot. A row whose measured cells would all be empty is not written.',
  ],
};

const names: Section = {
  title: 'NAMES AND UNITS',
  blocks: [
    'A name is lower-case letters, digits and `_`, begins with a letter and tells its unit by its end. Units are base units: bytes, never kilobytes or blocks.',
    table(
      ['ending', 'unit'],
      units.map(([ending, unit]) => [
        `\`${ending}\``,
        unit === 'count' ? 'a number of events since the counter began' : unit,
      ]),
    ),
    'A percentage is 0 to 100. `total` ends the name of a counter, which only grows until the machine, the device or the program starts anew. A flag is 0 or 1. What has no unit (a load average, a number of things) has no ending.',
  ],
};

const identifiers = (recorders: readonly Recorder[]): Section => ({
  title: 'IDENTIFIERS',
  blocks: [
    `Names of devices, domains and mounts were chosen by strangers, so in the key column (${[...new Set(recorders.flatMap(({ key }) => key ?? []))].map((key) => `\`${key}\``).join(', ')}) every byte outside \`A-Za-z0-9_.:@/+-\` is written as \`%\` and two upper-case hexadecimal digits, and so is a first byte of \`= + - @\`, which a spreadsheet would take for a formula. The bytes are those of the kernel, whatever their encoding: decoding may give what is no UTF-8.`,
    'An empty name is `%00`. Where two things of a sample have the same name, the later ones end in `~2`, `~3` and so on.',
  ],
});

const decimals: Section = {
  title: 'DECIMALS',
  blocks: [
    'The decimals of a column are fixed: shares and rates have 2. There is no exponent, no sign but `-`, no thousands separator, no hexadecimal number; a number that is not 0 may be written as `0.00`.',
    'Rates are precise enough to give the counts of the kernel back: round(rate × `interval_s`) is the number of events. Two decimals suffice up to 100 seconds; a row that covers more has one decimal more for each further factor of 10, to at most 9. What is 0 to 100 by definition is cut off at 100.',
    'Counters (`--counters`) and counts are copied digit by digit. They may exceed 2^53, where a reader that computes in doubles loses the last digits.',
  ],
};

const grammar: Section = {
  title: 'GRAMMAR',
  blocks: [
    code(
      'file    = header *row',
      'header  = %s"time" *("," name) LF',
      'row     = time *("," cell) LF',
      'name    = lower *(lower / DIGIT / "_")',
      'lower   = %x61-7A',
      'time    = 1*DIGIT ["." 3DIGIT]',
      'cell    = "" / number / id / text',
      'number  = ["-"] 1*DIGIT ["." 1*9DIGIT]',
      'id      = 1*(ALPHA / DIGIT / "_" / "." / ":" / "@" / "/" / "+"',
      '          / "-" / "~" / "%" 2HEXDIG)     ; the key, and words',
      'text    = 1*plain / quoted               ; the last column only',
      'plain   = %x20-21 / %x23-2B / %x2D-7E / %x80-F7',
      'quoted  = DQUOTE *(plain / "," / 2DQUOTE) DQUOTE',
      'LF      = %x0A',
    ),
  ],
};

const reading: Section = {
  title: 'READING',
  blocks: [
    'A reader of files that are being written, or that were when the power went, does well to:',
    bullets(
      'split at LF, and leave what follows the last LF alone: it may be the beginning of a line. It will be completed, or cut off by the next recording;',
      'leave out a line that has not the number of cells of its header, or holds a NUL: a power cut may leave such a line, also in the middle, in a file that was not yet repaired. sdr-cat(1) does the same, with a warning;',
      'look columns up by the name in the header, of each file anew;',
      'take an empty cell for missing before it makes a number of it;',
      'not expect the same things in every sample: processors, disks and interfaces come and go;',
      'divide and sum by `interval_s`, not by the interval that was asked for;',
      'order the rows of several files by `time`, not by the names of the files: a clock that was set back makes files whose times overlap.',
    ),
    "Pitfalls of well-known readers: SQLite's `avg(x)` takes an empty cell for 0, so write `avg(nullif(x,''))`; mawk and `gawk --posix` cut decimals in locales with a decimal comma, so run awk with `LC_ALL=C`; mawk buffers a live pipe, unless it runs with `-W interactive`; pandas and R take a domain called NA for missing; gnuplot draws an underscore as a subscript without `set termoption noenhanced`.",
  ],
};

const output: Section = {
  title: 'STANDARD OUTPUT',
  blocks: [
    'Standard output is the same dialect, of one recorder. Each sample is one write(2), so a pipe or a terminal sees whole samples at once. With `--header auto`, which is the default, the header is left out where standard output is a file that begins with it already (`sdr record sysrec >> s.csv`); a file that begins with anything else is refused, exit 73. A line that an earlier run left torn at the end of that file is cut off.',
    'Several recorders do not fit into one CSV. `--format json` writes one object a line, each valid by itself whatever ends the program: `recorder`, `time`, the key and the columns by their names, null for what is missing, digits as in the CSV. `--format table` is for eyes; no program should read it.',
  ],
};

const examples: Section = {
  title: 'EXAMPLES',
  blocks: [
    'Busy processors, by awk, with columns looked up by name:',
    code(
      "LC_ALL=C awk -F, '",
      '  FNR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }',
      '  $c["cpu_pct"] != "" && $c["cpu_pct"] > 90 {',
      '    print $c["time"], $c["device"], $c["cpu_pct"] }\' cpurec-*.csv',
    ),
    'How many bytes went through each interface in a day: the rates times the seconds that they cover.',
    code(
      "mlr --icsv --opprint put '$bytes = $bytes_per_s * $interval_s' \\",
      '    then stats1 -a sum -f bytes -g device nicrec-20261121*.csv',
    ),
    'All rows of a directory, whatever files they are in:',
    code('sdr cat /var/lib/sdr cpurec --since 2026-11-21'),
  ],
};
