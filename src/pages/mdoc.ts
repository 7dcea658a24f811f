/** Manual pages in mdoc(7), computed from the declarations. They have no date of their own: output depends on source alone. */
import type { Command, Option } from '../command.ts';
import { exits } from '../errors.ts';
import type { Schema } from '../schema.ts';

/** What every page begins with: a date that never changes, as mdoc wants one. */
const head = (title: string): string => `.\\" Made by npm run generate: edit the declarations instead.
.Dd November 1, 2026
.Dt ${title} 1
.Os
`;

interface Program {
  readonly commands: readonly Command[];
  readonly recorders: readonly Schema[];
}

/** sdr(1): the commands, the recorders, and how it ends. */
export function programPage({ commands, recorders }: Program): string {
  return [
    head('SDR'),
    `.Sh NAME\n.Nm sdr\n.Nd system data recorder\n`,
    `.Sh SYNOPSIS\n${commands.map((each) => `.Nm\n${synopsis(each)}`).join('')}`,
    `.Sh DESCRIPTION\n.Nm\nwrites what the kernel counts as raw time series, in plain CSV.\nIts commands:\n`,
    items(commands.map(({ name, summary }) => [`Cm ${name}`, summary])),
    'Its recorders, each of which is a command as well:\n',
    items(recorders.map(({ name, summary }) => [`Cm ${name}`, summary])),
    exitSection(),
    `.Sh SEE ALSO\n.Xr sdr-record 1\n`,
  ].join('');
}

/** sdr-record(1) and its like: one command. */
export function commandPage(command: Command): string {
  const { name, summary, options, examples } = command;
  return [
    head(`SDR-${name.toUpperCase()}`),
    `.Sh NAME\n.Nm sdr-${name}\n.Nd ${escaped(summary)}\n`,
    `.Sh SYNOPSIS\n.Nm sdr\n${synopsis(command)}`,
    `.Sh DESCRIPTION\nThe options:\n`,
    items(options.map((option) => [flagWords(option), meaning(option)])),
    exitSection(),
    `.Sh EXAMPLES\n.Bd -literal\n${examples.map((line) => `${escaped(line)}\n`).join('')}.Ed\n`,
    `.Sh SEE ALSO\n.Xr sdr 1\n`,
  ].join('');
}

function synopsis({ name, words, options }: Command): string {
  const rest = words === '' ? '' : `.Ar ${escaped(words)}\n`;
  return `.Cm ${name}\n${options.length === 0 ? '' : '.Op Ar options\n'}${rest}`;
}

function exitSection(): string {
  return `.Sh EXIT STATUS\n${items(Object.values(exits).map(({ code, help }) => [String(code), help]))}`;
}

const items = (pairs: readonly (readonly [word: string, text: string])[]): string =>
  `.Bl -tag -width Ds\n${pairs.map(([word, text]) => `.It ${word}\n${escaped(sentence(text))}\n`).join('')}.El\n`;

const meaning = ({ help, choices }: Option): string => (choices ? `${help}: ${choices.join(', ')}` : help);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** `-o, --output <dir>` as macros: `Fl o , Fl \-output Ar dir`. */
function flagWords({ flags }: Option): string {
  return flags
    .split(/, | /)
    .map((word) => (word.startsWith('-') ? `Fl ${word.slice(1).replace(/^-/, '\\-')}` : `Ar ${word.slice(1, -1)}`))
    .join(' ')
    .replace(/ Fl \\-/, (long) => (flags.includes(', ') ? ` ,${long}` : long));
}

const letters: Readonly<Record<string, string>> = { '\\': '\\e', '…': '...', '−': '\\-', '×': '\\(mu', Δ: '\\(*D' };

/** Text that is no macro: no backslash, nothing beyond ASCII, no control character at the start of a line. */
function escaped(text: string): string {
  const ascii = text.replace(/[\\…−×Δ]/g, (letter) => letters[letter] ?? letter);
  return /^[.']/.test(ascii) ? `\\&${ascii}` : ascii;
}
