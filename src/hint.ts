/** What there is to say of an option that nobody knows where it was typed: how it is spelled, or which commands have it. */
import type { Command, Option } from './command.ts';
import { nearest } from './errors.ts';

/** An option as it was typed. */
export interface Stray {
  /** `--exec`, `-o` or `--exec=name=command` */
  readonly option: string;
  /** The name of the command before it; '' when there is none. */
  readonly command: string;
}

/** One sentence. `common` are options of every command. */
export function strayOption(
  { option, command }: Stray,
  commands: readonly Command[],
  common: readonly Option[],
): string {
  const typed = option.replace(/=.*$/s, '');
  const own = commands.find(({ name }) => name === command);
  const near = own && nearest(typed, [...own.options, ...common].map(longOf));
  if (near) return `Unknown option "${option}": did you mean ${near}?`;
  const owners = commands.filter(({ options }) => options.some(({ flags }) => isOne(typed, flags)));
  if (owners.length > 0) return misplaced(option, command, owners);
  const found = own ? null : nearestOf(typed, commands);
  return `Unknown option "${option}"${found ? `: did you mean ${found}?` : ''}`;
}

function misplaced(option: string, command: string, owners: readonly Command[]): string {
  const names = owners.map(({ name }) => name).join(', ');
  if (command === '') return `Option "${option}": expected a command before it: ${names}`;
  return `Unknown option "${option}" of ${command}: ${names} ${owners.length === 1 ? 'has' : 'have'} it`;
}

/** `sdr record --flush`, of the first command that has the nearest one. */
function nearestOf(typed: string, commands: readonly Command[]): string | null {
  const found = nearest(
    typed,
    commands.flatMap(({ options }) => options.map(longOf)),
  );
  const owner = commands.find(({ options }) => options.some((each) => longOf(each) === found));
  return owner ? `sdr ${owner.name} ${found}` : null;
}

/** Whether `-o` or `--output` is meant by `-o, --output <dir>`. */
const isOne = (typed: string, flags: string): boolean => flags.split(/[ ,]+/).includes(typed);

const longOf = ({ flags }: Option): string => /--[a-z-]+/.exec(flags)?.[0] ?? '';
