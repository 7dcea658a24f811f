/** The files of a directory, for sdr-csv(5): their names, how they are written, and what else lies there. */
import type { Section } from '../page.ts';
import { bullets, code, terms } from '../page.ts';

const names: Section = {
  title: 'FILES OF A DIRECTORY',
  blocks: [
    '`sdr record -o <dir>` writes one file per recorder and UTC day, `0644` less umask, in a directory of `0755` that belongs to one machine:',
    code('cpurec-20261121.csv', 'cpurec-20261121r0001.csv', 'cpurec-20261120.csv.gz'),
    code(
      'name     = recorder "-" day ["r" revision] ".csv" [".gz"]',
      'recorder = lower *(lower / DIGIT / "_")',
      'day      = 8DIGIT                        ; YYYYMMDD, UTC',
      'revision = 4*DIGIT',
    ),
    'A row lies in the file of the day of its `time`. A file is only ever appended to, and no name is used twice: what a collector once fetched under a name stays true. So a file is continued only where it surely is the same one. Otherwise the next free name is taken, with a revision that counts up through the life of the directory:',
    bullets(
      'after a reboot, because the last seconds before it may be lost here and lie on a collector already;',
      'when the header or the form of `time` is another: a new version, `--columns`, `--counters`, another interval;',
      'when the clock is behind the last `time` of the file;',
      'when the file shrank, vanished or was replaced;',
      'when it has reached `--max-file`, or a sixteenth of `--max-bytes`.',
    ),
    'In the C locale the names of one recorder sort by day, and within it in the order in which the files were begun. The rows are in the order of `time` inside each file; across files only `time` tells the order.',
    '`--compress` replaces a file that is closed by its gzip(1) form, one at a time. For a moment both are there: the one without `.gz` is whole. The content and the name before `.gz` stay what they are. `--keep`, `--max-bytes` and `--min-free` remove whole closed files, oldest first.',
  ],
};

const writing: Section = {
  title: 'HOW FILES ARE WRITTEN',
  blocks: [
    'A file comes into being with its header and its first rows in it, by link(2), or where a file system has no links (FAT, exFAT), by one write to a file that was made exclusively. From then on each sample is one write(2) to a descriptor opened with O_APPEND for it and closed after: a program that moves the file away loses nothing, and none has to be told.',
    'With `--flush <time>` the samples of that time are one write. A write that the file system takes only in part is cut back to its last whole line at once. On a full disk rows are dropped and counted, and what is in the file stays whole.',
    'Without `--fsync` nothing is forced to the disk: after a power cut a file may end early, in the middle of a line, or in a run of NULs. The next recording cuts each such file of its recorder back to the last LF of a line without NUL, never further, and says so once. But for the line of a short write, this is the only way in which a file becomes shorter.',
  ],
};

const others: Section = {
  title: 'WHAT ELSE LIES THERE',
  blocks: [
    'The directory `.sdr` inside it belongs to sdr. What begins with a dot in it is temporary. Its files may change with any version; a reader needs none of them.',
    terms(
      [
        '`.sdr/instance`',
        '16 hexadecimal digits, a blank and the machine-id: 64 random bits made with the directory, and made anew when another machine finds itself with it. Two cards with the same image would otherwise claim to be the same files.',
      ],
      [
        '`.sdr/<recorder>.<N>`',
        'Who writes this recorder here, and where it stands, as one JSON object: `pid` (0 when nobody does), `start` (of that process, in ticks since boot), `boot`, `file`, `inode`, `size`, `day`, `revision`, `time` (in milliseconds) and `safe`. The highest <N> holds: taking over is making the next one, which only one process can. A second one ends with exit 75.',
      ],
      [
        '`.sdr/state-<recorders>`',
        'What the last single sample read, so that the next one covers the time since then (`--state` in sdr-record(1)). It is used for an hour, within one boot.',
      ],
    ),
  ],
};

export const fileSections: readonly Section[] = [names, writing, others];
