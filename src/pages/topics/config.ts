/** sdr.toml(5), and what sdr-config(1) says beyond its declaration. */
import type { Command } from '../../command.ts';
import type { ConfigKey } from '../../config/keys.ts';
import { fileVariable, keysOf } from '../../config/keys.ts';
import { mainFile, snippets } from '../../config/places.ts';
import type { Prose } from '../command.ts';
import type { Block, Page, Section } from '../page.ts';
import { bullets, code, heading, references, sentence, terms } from '../page.ts';

/** The user's file. */
const ownFile = '`~/.config/sdr/sdr.toml`';

const files = terms(
  [mainFile, 'The configuration of the machine. The packages install one with every key in it.'],
  [`${snippets}/*.toml`, 'Additions to it, in the order of their names.'],
  [ownFile, 'The configuration of a user; below `XDG_CONFIG_HOME` where that is set.'],
);

export function configPage(commands: readonly Command[]): Page {
  const configured = commands.filter(({ keys }) => keys !== undefined);
  return {
    name: 'sdr.toml',
    section: 5,
    summary: 'the configuration of sdr',
    sections: [
      { title: 'DESCRIPTION', blocks: description(configured) },
      precedence,
      { title: 'KEYS', blocks: configured.flatMap(keysBlocks) },
      { title: 'VALUES', blocks: values },
      secrets,
      mistakes,
      reload,
      { title: 'ENVIRONMENT', blocks: [environment] },
      { title: 'FILES', blocks: [files] },
      { title: 'EXAMPLES', blocks: examples },
      {
        title: 'SEE ALSO',
        blocks: [references(['sdr(1)', 'sdr-config(1)', ...configured.map(({ name }) => `sdr-${name}(1)`)])],
      },
      { title: 'STANDARDS', blocks: ['The files are TOML 1.0.0 in UTF-8.'] },
    ],
  };
}

function description(configured: readonly Command[]): readonly Block[] {
  const tables = configured.map(({ name }) => `\`[${name}]\``).join(', ');
  return [
    `A configuration says what a command does that is run without words, as services run it: \`sdr record\`. It has a table for each of these commands (${tables}), whose keys are the command's long options and names for its words.`,
    'It never changes the meaning of words that were typed: `sdr record cpurec 1 5`, and all that scripts and cron run with a recorder or an interval in it, is the same on every machine. No file is looked at then, unless `--config` names one.',
    'There need be none. Without one a command does what its page says. A service without one, which is a command that `STATE_DIRECTORY` is set for and nothing is typed behind, goes by what the packaged one says, and tells so.',
  ];
}

const precedence: Section = {
  title: 'PRECEDENCE',
  blocks: [
    'What comes later replaces what comes before, key by key; a list as a whole.',
    bullets(
      mainFile,
      `${snippets}/*.toml in the order of their names`,
      `${ownFile}, or \`$XDG_CONFIG_HOME/sdr/sdr.toml\``,
      'variables of the environment, such as `SDR_RECORD_FLUSH`',
      'options of the command line',
    ),
    `\`--config <file>\`, or ${fileVariable} in the environment, names one file that is read instead of all of these; it has to be there. \`--no-config\` reads none. Words that are typed replace all words of the configuration, variables and options concern every command, with words or without.`,
  ],
};

function keysBlocks(command: Command): readonly Block[] {
  const keys = keysOf(command);
  const options = keys.filter(({ isWord }) => !isWord);
  return [
    heading(`Of sdr ${command.name}`),
    `In \`[${command.name}]\`, the options of sdr-${command.name}(1): ${options.map(({ name }) => `\`${name}\``).join(', ')}. And in place of its words:`,
    terms(
      ...keys.filter(({ isWord }) => isWord).map(({ name, option }) => [`\`${name}\``, sentence(option.help)] as const),
    ),
    ...packagedBlocks(keys),
  ];
}

function packagedBlocks(keys: readonly ConfigKey[]): readonly Block[] {
  const packaged = keys.flatMap(({ name, option: { key } }) =>
    key?.packaged === undefined ? [] : [`\`${name}\` ${key.packaged}`],
  );
  const otherwise = keys.flatMap(({ name, option: { key } }) =>
    key?.otherwise === undefined ? [] : [`Where the table is there but says no \`${name}\`, it is ${key.otherwise}.`],
  );
  return [...otherwise, ...(packaged.length === 0 ? [] : [`The packaged configuration says ${packaged.join(', ')}.`])];
}

const values: readonly Block[] = [
  'Values are those of the options, as text: `"60s"`, `"256M"`, `"5%"`. A number may stand without quotes. An option that may be repeated has a list, or a single text for a list of one. An option without a value is `true` or `false`; what is `true` here is switched off on the command line by `--no-` and its name.',
  'In a variable, items of a list are separated by blanks, and `1`, `yes` and `on` are true, `0`, `no` and `off` false. An empty variable is none.',
];

const secrets: Section = {
  title: 'SECRETS',
  blocks: [
    'A secret, such as a token, is never a value: everybody may read the configuration, and everybody sees the words of a command line. It is the first line of a file that an option names (`token-file`), or one that systemd hands over in `CREDENTIALS_DIRECTORY` under its name. sdr warns when everybody may read that file.',
    code('[Service]', 'LoadCredential=token:/etc/sdr/token'),
  ],
};

const mistakes: Section = {
  title: 'MISTAKES',
  blocks: [
    'A value that its key cannot have ends the command with 78, after a line with file, line, key and what was expected. So does a file that is no TOML, no UTF-8, or larger than 1 MiB; one that may not be read ends it with 77.',
    'A key or a table that no command has is ignored with a warning that names its line. sdr-config(1) finds both without starting anything.',
  ],
};

const reload: Section = {
  title: 'TAKING UP CHANGES',
  blocks: [
    'On SIGHUP, which is `systemctl reload sdr`, the files are read and checked again. When they are wrong, one line says so and all goes on as it was. When they have changed, what was gathered is written and the command goes on with the new configuration in the same process: a new first reading is taken at once, so at most one row of each recorder is missing. Modules of `recorder`, variables and options stay what they were at the start; what goes to standard output is not changed.',
  ],
};

const environment = terms(
  [`\`${fileVariable}\``, 'The file that is read instead of all others.'],
  [
    '`SDR_COMMAND_KEY`',
    'The value of a key in the table of a command, in capitals, with `_` for a hyphen: `SDR_RECORD_MAX_BYTES`. For containers.',
  ],
  ['`CREDENTIALS_DIRECTORY`', 'Where systemd puts secrets.'],
  ['`STATE_DIRECTORY`', 'Where a recording is written whose configuration names no directory. systemd sets it.'],
  ['`XDG_CONFIG_HOME`, HOME', "Where the user's file is."],
);

const examples: readonly Block[] = [
  'Everything every 10 seconds, processors every second, an inventory once a day:',
  code(
    '[record]',
    'recorders = ["sysrec", "cpurec@1s", "diskrec", "nicrec", "hdwrec@1d"]',
    'interval = "10s"',
    'flush = "60s"',
    'keep = "28d"',
    'skip-devices = ["nicrec=veth*", "diskrec=loop*"]',
  ),
  `On top of the packaged file, in ${snippets}/10-site.toml, and taken up without a restart:`,
  code('[record]', 'keep = "90d"', 'max-bytes = "2G"'),
  code('sdr config --show-origin && systemctl reload sdr'),
  'In a container, without a file:',
  code('SDR_RECORD_INTERVAL=10s SDR_RECORD_OUTPUT=/data sdr record'),
];

/** Of sdr-config(1). */
export const config: Prose = {
  description: [
    'Prints what files and variables say to the commands that are configured, or to <COMMAND> alone, as one file of the kind that sdr.toml(5) describes: what the same command would do that is run without words. Then it looks at all of it as the commands would, and says what is wrong. Nothing is started.',
  ],
  options: {
    '--show-origin': [
      'Behind each value stands its file and line, the variable, or `default` for what holds where the table says nothing.',
    ],
  },
  files,
  exits: ['done', 'usage', 'bug', 'io', 'permission', 'config'],
  examples: ['Before a service takes up what was changed:', code('sdr config && systemctl reload sdr')],
  seeAlso: ['sdr-record(1)', 'sdr.toml(5)'],
};
