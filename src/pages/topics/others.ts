/** What the pages of the commands that neither record nor read files say beyond their declarations. */
import type { Prose } from '../command.ts';
import { code, terms } from '../page.ts';

const state = terms([
  '`STATE_DIRECTORY`',
  'The directory that is looked at when none is named; systemd sets it for its services.',
]);

const list: Prose = {
  description: [
    'Lists the recorders, and tries each of them: `yes` means that it has just read this machine as the user who asked, `no` comes with the reason. Slow sources are tried with their own time limits, so that this may take some seconds.',
    'With `--json` one object per recorder has its name, its summary, its key column, `slow_s` (the pace it has when nobody says how often), whether it works, why not, and how many rows it gave.',
  ],
  exits: ['done', 'usage', 'bug', 'config'],
  seeAlso: ['sdr-describe(1)', 'sdr-doctor(1)', 'sdr-record(1)'],
};

const describe: Prose = {
  description: [
    'Prints what a recorder writes and where it comes from, in three tables: each column with its unit, its kind and its meaning; its name as a Prometheus metric and its formula; each number that is read, with its name under `--counters` and its place in the kernel. The recorder has a manual page that says the same at more length, with its pitfalls: `sdr help cpurec`.',
    'The kind of a column is `time`, `key`, `text`, `gauge` (a value of its moment), `rate` (a difference between two samples over the seconds between them) or `counter` (only grows).',
  ],
  options: {
    '--lmo': [
      'The Library of Monitoring Objects is what a collector has to know: for each recorder a message with its fields, their types and units, the time after which silence is a fault, and the statistics that are worth keeping, with their windows and steps in seconds. sdr-stats(1) computes these with its own `--lmo`.',
    ],
  },
  exits: ['done', 'usage', 'bug', 'config'],
  examples: [
    'Every column of sysrec that is a percentage:',
    code('sdr describe sysrec --json |', '  jq -r \'.columns[] | select(.unit == "%") | .name\''),
  ],
  seeAlso: ['sdr-list(1)', 'sdr-stats(1)', 'sdr-csv(5)'],
};

const doctor: Prose = {
  description: [
    'Says what works on this machine, what does not, and what mends it: each recorder with a reading of its own, the kernel files that they read, whether the clock is synchronised, and of <DIR> whether it can be written, how much room it has, how long its disk takes to make a small write durable and which interval of `--fsync` and which batches of a collector it bears therefore, whether files end in the middle of a line, and who records into it.',
    'A line begins with `ok`, `FAIL`, or `-` for what this machine has not, or what cannot be told. The exit is 1 when something failed.',
    'It changes nothing: the next recording repairs torn files by itself. For the measure it writes a small file of its own and removes it.',
  ],
  environment: state,
  files: terms(['/var/lib/sdr', 'The directory that is looked at when none is named, if it is there.']),
  exits: ['done', 'partial', 'usage', 'bug', 'config'],
  seeAlso: ['sdr-list(1)', 'sdr-record(1)', 'sdr-csv(5)'],
};

const capture: Prose = {
  description: [
    'Writes down in <DIR>, which must not exist yet, everything that this machine answers while the recorders run: for each sample a numbered folder with the files of `/proc` and `/sys` that were read, and what programs printed. sdr-replay(1) runs the same recorders on it, on any machine, to the same rows.',
    'It is the way to report a number that looks wrong, and how a test is made of it. It holds names of devices, mounts and domains and what an inventory tells: look through it before you give it away.',
  ],
  exits: ['done', 'usage', 'unavailable', 'bug', 'cannotCreate', 'io', 'permission', 'config', 'interrupted'],
  seeAlso: ['sdr-record(1)', 'sdr-replay(1)'],
};

const replay: Prose = {
  description: [
    'Prints the rows that a recording of the captured machine would have written, from the folder that sdr-capture(1) made. The same version prints the same bytes, always and everywhere. Without a recorder it is that of sysrec(1).',
  ],
  exits: ['done', 'partial', 'usage', 'bug', 'io', 'config'],
  seeAlso: ['sdr-capture(1)', 'sdr-record(1)'],
};

const completion: Prose = {
  description: [
    'Prints a script that makes a shell complete commands, options, recorders with their intervals, columns, values and topics. The script is static: completing runs no sdr. Print it anew after an update.',
    'bash 4 or later needs nothing else; where bash-completion is installed, it loads the script from its directory by itself. zsh and fish read it from theirs at their next start.',
  ],
  exits: ['done', 'usage', 'bug'],
  examples: ['For this bash alone:', code('eval "$(sdr completion bash)"')],
  seeAlso: ['sdr-help(1)'],
};

const help: Prose = {
  description: [
    'Prints the page of a <TOPIC>: a command, a recorder, `csv` for sdr-csv(5), `sdr.toml` for sdr.toml(5), `sar` for sdr-sar(7); without one, sdr(1). A page is asked for by the end of its name or by all of it: `record` or `sdr-record`.',
    'The text is made of the same pages as those of man(1) but is a part of the program, so it is there where no manual is installed, and may be piped. It is 78 columns wide whatever the terminal. `sdr <command> --help` is the short form.',
  ],
  exits: ['done', 'usage', 'bug', 'config'],
  examples: ['Where the system has a pager:', code('sdr help sysrec | less')],
  seeAlso: ['sdr-completion(1)', 'sdr-describe(1)'],
};

export const others: Readonly<Record<string, Prose>> = {
  list,
  describe,
  doctor,
  capture,
  replay,
  completion,
  help,
};
