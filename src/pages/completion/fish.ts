/**
 * The completion script of fish: one `complete` for each option of each command, and functions that say where on the line we are and
 * what a recorder has. Documented in complete(1) and commandline(1) of fish, 3.0 or later.
 */
import type { CompletedCommand, CompletedOption, Completion, Place, Slot } from './model.ts';
import { verbatim } from './verbatim.ts';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** What prints the candidates of a place. Files and directories are fish's own business. */
const printers: Readonly<Record<Place, string>> = {
  command: '__sdr_commands',
  recorder: '__sdr_recorders',
  timed: '__sdr_timed',
  topic: '__sdr_topics',
  directory: "__fish_complete_directories (commandline -ct) ''",
  file: '__fish_complete_path (commandline -ct)',
  column: '__sdr_columns',
  columns: '__sdr_listed_columns',
  devices: '__sdr_devices',
};

/** `-f -a '…'`: what may stand there. */
function candidates({ places, words }: Slot): string {
  // Paths include directories.
  const needed = places.filter((place) => place !== 'directory' || !places.includes('file'));
  return ` -a ${quoted([...needed.map((place) => `(${printers[place]})`), ...words].join(' '))}`;
}

function optionLine(condition: string, { short, long, help, value }: CompletedOption): string {
  const names = `${short === '' ? '' : ` -s ${short.slice(1)}`}${long === '' ? '' : ` -l ${long.slice(2)}`}`;
  const isFile = value?.places.includes('file');
  const taken = value === null ? '' : isFile ? ' -r -F' : ` -x${candidates(value)}`;
  return `complete -c sdr -n ${quoted(condition)}${names}${taken} -d ${quoted(help)}\n`;
}

function wordLines({ name, words }: CompletedCommand): string {
  return words
    .map((slot, i) => {
      const isNothing = slot.places.length + slot.words.length === 0;
      const condition = `__sdr_at ${name} ${i}${i === words.length - 1 ? ' or more' : ''}`;
      return isNothing ? '' : `complete -c sdr -n ${quoted(condition)}${candidates(slot)}\n`;
    })
    .join('');
}

/** A function that prints what belongs to its words, a line each, and fails when nothing does. */
function table(name: string, rows: readonly (readonly [word: string, lines: readonly string[]])[]): string {
  const cases = rows.map(
    ([word, lines]) => `        case ${word}\n            printf '%s\\n' ${lines.map(quoted).join(' ')}\n`,
  );
  return `function ${name}\n    switch "$argv"\n${cases.join('')}        case '*'\n            return 1\n    end\nend\n\n`;
}

/** A function that prints lines with what they mean behind a tab. */
const list = (name: string, lines: readonly { readonly name: string; readonly summary: string }[]): string =>
  `function ${name}\n    printf '%s\\t%s\\n' \\\n${lines
    .map((each) => `        ${quoted(each.name)} ${quoted(each.summary)}`)
    .join(' \\\n')}\nend\n\n`;

const valued = ({ options }: CompletedCommand): readonly string[] =>
  options.flatMap(({ short, long, value }) => (value === null ? [] : [short, long].filter((name) => name !== '')));

export function fishScript({ commands, recorders, options, topics }: Completion): string {
  const described = new Map([...commands, ...recorders].map(({ name, summary }) => [name, summary]));
  const columns = recorders.flatMap((each) => [
    [each.name, each.columns] as const,
    [`'${each.name} --counters'`, each.counters] as const,
  ]);
  return [
    '# fish completion for sdr, made by "sdr completion fish".\n\n',
    list('__sdr_commands', commands),
    list('__sdr_recorders', recorders),
    list(
      '__sdr_topics',
      topics.map((name) => ({ name, summary: described.get(name) ?? 'a page' })),
    ),
    table('__sdr_columns_of', columns),
    table(
      '__sdr_intervals_of',
      recorders.map(({ name, intervals }) => [name, intervals] as const),
    ),
    '# The options of a command that have a value.\n',
    table(
      '__sdr_valued',
      commands.map((each) => [each.name, valued(each)] as const).filter(([, names]) => names.length > 0),
    ),
    engine.replace(
      'MANY',
      recorders
        .filter(({ isOfMany }) => isOfMany)
        .map(({ name }) => quoted(name))
        .join(' '),
    ),
    ...options.map((option) => optionLine('__sdr_at', option)),
    `complete -c sdr -n __sdr_at -a '(__sdr_commands) (__sdr_timed)'\n`,
    ...commands.flatMap((command) => [
      ...command.options.map((option) => optionLine(`__sdr_at ${command.name}`, option)),
      wordLines(command),
    ]),
  ].join('');
}

const engine = verbatim`# Prints the command on the line and how many words are behind it; nothing when there is no command yet.
function __sdr_place
    set -l words (commandline -opc)
    set -l command
    set -l position 0
    set -l option
    for word in $words[2..-1]
        if test -n "$option"
            set option
        else if string match -q -- '-*' $word
            contains -- $word (__sdr_valued $command); and set option $word
        else if test -n "$command"
            set position (math $position + 1)
        else if __sdr_columns_of (string replace -r '@.*' '' -- $word) >/dev/null
            set command record
            set position 1
        else
            set command $word
        end
    end
    test -n "$command"; and printf '%s\n' $command $position
end

# Whether we are behind a command, at a position of its words (or more); without an argument: whether there is no command yet.
function __sdr_at
    set -l place (__sdr_place)
    if test (count $argv) -eq 0
        test (count $place) -eq 0
    else if test "$place[1]" != "$argv[1]"
        false
    else if test (count $argv) -gt 2
        test $place[2] -ge $argv[2]
    else if test (count $argv) -eq 2
        test $place[2] -eq $argv[2]
    end
end

# The columns of the recorders on the line, or of all.
function __sdr_columns
    set -l words (commandline -op)
    set -l counters
    contains -- --counters $words; and set counters --counters
    set -l found
    for word in $words
        set found $found (__sdr_columns_of (string replace -r '.*/' '' -- $word | string replace -r '[@.-].*' '') $counters)
    end
    if test (count $found) -eq 0
        for line in (__sdr_recorders)
            set found $found (__sdr_columns_of (string split \t -- $line)[1] $counters)
        end
    end
    printf '%s\n' $found
end

# The same behind the columns that are listed already.
function __sdr_listed_columns
    set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
    set -l before (string match -r '.*,' -- $typed)
    for column in (__sdr_columns)
        contains -- $column (string split , -- "$typed"); or echo "$before$column"
    end
end

function __sdr_devices
    printf '%s=\n' MANY
end

# Recorders, or the intervals behind the @ of one.
function __sdr_timed
    set -l recorder (string match -r '^([a-z0-9_]+)@' -- (commandline -ct))[2]
    if test -n "$recorder"
        printf "$recorder@%s\n" (__sdr_intervals_of $recorder)
    else
        __sdr_recorders
    end
end

complete -c sdr -f
`;
