/**
 * The completion script of zsh: one function for each command with the specs of `_arguments`, which knows better than we do how options
 * are typed. Documented in zshcompsys(1) and zshcompwid(1).
 */
import type { CompletedCommand, CompletedOption, Completion, Place, Slot } from './model.ts';
import { verbatim } from './verbatim.ts';

/** A word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A summary or a help text inside brackets or behind a colon. */
const escaped = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');

const line = (name: string, summary: string): string => quoted(`${name.replaceAll(':', '\\:')}:${summary}`);

/** Who completes a place. */
const actions: Readonly<Record<Place, string>> = {
  command: '_sdr_commands',
  recorder: '_sdr_recorders',
  timed: '_sdr_timed',
  topic: '_sdr_topics',
  directory: '_files -/',
  file: '_files',
  column: '_sdr_column',
  columns: '_sdr_columns',
  devices: '_sdr_devices',
};

const alternative = (place: Place): string => quoted(`${place}:${place}:${actions[place]}`);

/** `:message:action` behind an option, or behind the position of a word. */
function action({ places, words }: Slot, message: string): string {
  const [place, ...more] = places;
  if (words.length > 0) return `:${message}:(${words.join(' ')})`;
  if (place === undefined) return `:${message}: `;
  // Files include directories.
  const needed = places.filter((each) => each !== 'directory' || !places.includes('file'));
  if (more.length === 0 || needed.length === 1) return `:${message}:${actions[needed[0] as Place]}`;
  return `:${message}:_alternative ${needed.map((each) => alternative(each).replaceAll("'", '"')).join(' ')}`;
}

function spec({ short, long, help, isList, value }: CompletedOption): readonly string[] {
  const text = `[${escaped(help)}]${value ? action(value, long.slice(2)) : ''}`;
  const names = [short, long].filter((name) => name !== '');
  const others = isList ? '*' : names.length > 1 ? `(${names.join(' ')})` : '';
  const mark = (name: string) => (value ? `${name}${name.startsWith('--') ? '=' : '+'}` : name);
  return names.map((name) => quoted(`${others}${mark(name)}${text}`));
}

function wordSpecs({ words }: CompletedCommand): readonly string[] {
  return words.flatMap((slot, i) => {
    const place = i === words.length - 1 ? '*' : String(i + 1);
    const isNothing = slot.places.length + slot.words.length === 0;
    return isNothing ? [] : [quoted(`${place}${action(slot, slot.places.join(' or ') || 'word')}`)];
  });
}

function commandFunction(command: CompletedCommand): string {
  const specs = [...command.options.flatMap(spec), ...wordSpecs(command)];
  return `_sdr-${command.name}() {\n  _arguments -s -S : \\\n${specs.map((each) => `    ${each}`).join(' \\\n')}\n}\n`;
}

const list = (name: string, lines: readonly string[]): string =>
  `  ${name}=(\n${lines.map((each) => `    ${each}\n`).join('')}  )\n`;

export function zshScript(completion: Completion): string {
  const { commands, recorders, options, topics } = completion;
  const described = new Map([...commands, ...recorders].map(({ name, summary }) => [name, summary]));
  const table = (entries: readonly (readonly [string, readonly string[]])[]) =>
    entries.map(([name, words]) => `${quoted(name)} ${quoted(words.join(' '))}`);
  return [
    head,
    `_sdr_declare() {\n`,
    list(
      'sdr_commands',
      commands.map(({ name, summary }) => line(name, summary)),
    ),
    list(
      'sdr_recorders',
      recorders.map(({ name, summary }) => line(name, summary)),
    ),
    list(
      'sdr_topics',
      topics.map((name) => line(name, described.get(name) ?? 'a page')),
    ),
    list(
      'sdr_devices',
      recorders.filter(({ isOfMany }) => isOfMany).map(({ name, summary }) => line(name, summary)),
    ),
    list('sdr_columns', table(recorders.map(({ name, columns }) => [name, columns]))),
    list('sdr_counters', table(recorders.map(({ name, counters }) => [name, counters]))),
    list('sdr_intervals', table(recorders.map(({ name, intervals }) => [name, intervals]))),
    '}\n\n',
    ...commands.map((command) => `${commandFunction(command)}\n`),
    engine.replace(
      '    OPTIONS\n',
      options
        .flatMap(spec)
        .map((each) => `    ${each} \\\n`)
        .join(''),
    ),
  ].join('');
}

const head = `#compdef sdr
# zsh completion for sdr, made by "sdr completion zsh".

`;

const engine = verbatim`_sdr_commands() { _describe -t commands command sdr_commands }

_sdr_recorders() { _describe -t recorders recorder sdr_recorders }

_sdr_topics() { _describe -t topics topic sdr_topics }

# A recorder, or the interval behind its @.
_sdr_timed() {
  local recorder=\${PREFIX%%@*}
  if [[ $PREFIX == *@* && -n $sdr_intervals[$recorder] ]]; then
    compset -P '*@'
    local -a expl intervals=(\${=sdr_intervals[$recorder]})
    _wanted -V intervals expl interval compadd -a intervals
  else
    _sdr_recorders
  fi
}

_sdr_first() { _alternative 'commands:command:_sdr_commands' 'recorders:recorder:_sdr_timed' }

# Sets "reply" to the columns of the recorders on the line, or of all.
_sdr_column_names() {
  local word
  local -a recorders
  for word in $words; do
    word=\${\${word:t}%%[@.-]*}
    (( \${+sdr_columns[$word]} )) && recorders+=($word)
  done
  (( $#recorders )) || recorders=(\${(k)sdr_columns})
  for word in $recorders; do
    if (( $words[(Ie)--counters] )); then
      reply+=(\${=sdr_counters[$word]})
    else
      reply+=(\${=sdr_columns[$word]})
    fi
  done
}

_sdr_column() {
  local -aU reply
  _sdr_column_names
  compadd "$@" -a reply
}

_sdr_columns() {
  local -aU reply
  _sdr_column_names
  _sequence compadd - $reply
}

_sdr_devices() {
  if compset -P '*='; then
    _message 'glob of device names'
  else
    _describe -t recorders recorder sdr_devices -S '='
  fi
}

_sdr() {
  local curcontext=$curcontext state line ret=1
  typeset -A opt_args
  local -a sdr_commands sdr_recorders sdr_topics sdr_devices
  local -A sdr_columns sdr_counters sdr_intervals
  _sdr_declare
  _arguments -C -s -S : \
    OPTIONS
    '(-): :_sdr_first' \
    '(-)*:: :->rest' && ret=0
  [[ $state == rest ]] || return ret
  # A recorder as the command is short for record.
  if (( \${+sdr_columns[\${words[1]%%@*}]} )); then
    words=(record "$words[@]")
    (( CURRENT++ ))
  fi
  (( $+functions[_sdr-$words[1]] )) || return ret
  curcontext=\${curcontext%:*:*}:sdr-$words[1]:
  _sdr-$words[1] && ret=0
  return ret
}

if [[ $funcstack[1] == _sdr ]]; then _sdr "$@"; else compdef _sdr sdr; fi
`;
