/** The configuration that the packages install, /etc/sdr/sdr.toml: every key with its meaning, in force where the packages want it. */
import type { Command } from '../command.ts';
import type { ConfigKey } from '../config/keys.ts';
import { keysOf } from '../config/keys.ts';
import { tomlOf } from '../config/toml.ts';
import { sentence } from './page.ts';

const width = 80;

const head = `# What services of sdr do: sdr.toml(5). A table for each command; its keys are
# the options of that command. A line behind a # is not in force: it shows what
# the key is when nobody says anything, or what it could be.
#
# sdr config --show-origin    what is in force, and whether it is right
# systemctl reload sdr        takes it up
`;

export const sampleConfiguration = (commands: readonly Command[]): string =>
  [head, ...commands.filter(({ keys }) => keys !== undefined).map(table)].join('\n');

function table(command: Command): string {
  const keys = keysOf(command);
  const isUsed = keys.some(({ option }) => option.key?.packaged !== undefined);
  return `${isUsed ? '' : '# '}[${command.name}]\n\n${keys.map(entry).join('\n')}`;
}

function entry(key: ConfigKey): string {
  const { packaged } = key.option.key ?? {};
  const line = `${key.name} = ${tomlOf(packaged === undefined ? shown(key) : listed(key, packaged))}`;
  return `${comment(about(key))}${packaged === undefined ? '# ' : ''}${line}\n`;
}

const listed = ({ kind }: ConfigKey, value: string) => (kind === 'list' ? [value] : value);

/** A value to look at: an example, `false`, or the placeholder. */
function shown(key: ConfigKey): string | boolean | readonly string[] {
  if (key.kind === 'flag') return false;
  const { example } = key.option.key ?? {};
  return example ?? listed(key, (/<([^>]+)>/.exec(key.option.flags)?.[1] ?? '').toUpperCase());
}

function about({ kind, option: { help, choices, key } }: ConfigKey): string {
  const text = sentence(help.replace(' (repeatable)', ''));
  const several = kind === 'list' && help.includes('(repeatable)') ? ' A list.' : '';
  const chosen = choices === undefined ? '' : ` One of ${choices.join(', ')}.`;
  const otherwise = key?.otherwise === undefined ? '' : ` Otherwise ${key.otherwise}.`;
  return text + several + chosen + otherwise;
}

/** Lines of a comment, none wider than a terminal. */
function comment(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length + 1 > width) lines.push(` ${word}`);
    else lines[lines.length - 1] = line;
  }
  return lines.map((line) => `#${line}\n`).join('');
}
