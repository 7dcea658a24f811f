/**
 * The completion script of bash: tables made from the declarations, and functions that look things up in them. It needs nothing but
 * bash 4 (compopt, mapfile): not the bash-completion package, whose helpers would put together again what readline cuts at `=`, `:`
 * and `@`. Programmable completion is documented in bash(1).
 */
import type { CompletedOption, Completion, Slot } from './model.ts';
import { verbatim } from './verbatim.ts';

type Row = readonly [pattern: string, found: string];

/** A function that sets `found` to what its words stand for, and fails when they are not in the table. */
function table(name: string, rows: readonly Row[]): string {
  const cases = joined(rows)
    .map(([pattern, found]) => `    ${pattern}) found='${found}' ;;\n`)
    .join('');
  return `${name}() {\n  case "$*" in\n${cases}    *) found=; return 1 ;;\n  esac\n}\n`;
}

/** Neighbours that stand for the same become one row. */
function joined(rows: readonly Row[]): readonly Row[] {
  const done: [pattern: string, found: string][] = [];
  for (const [pattern, found] of rows) {
    const before = done.at(-1);
    if (before?.[1] === found) before[0] += ` | ${pattern}`;
    else done.push([pattern, found]);
  }
  return done;
}

const namesOf = ({ short, long }: CompletedOption): readonly string[] => [short, long].filter((name) => name !== '');

const allOf = (options: readonly CompletedOption[]): string => options.flatMap(namesOf).join(' ');

/** `<place>` is looked up later, `<any>` has nothing to offer. */
const spelled = ({ places, words }: Slot): string =>
  [...places.map((place) => `<${place}>`), ...words].join(' ') || '<any>';

const named = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(' ');

export function bashScript({ commands, recorders, options, topics }: Completion): string {
  const values = commands.flatMap((command) =>
    command.options.flatMap((option): Row[] => {
      const pattern = namesOf(option).map((name) => `'${command.name} ${name}'`);
      return option.value === null ? [] : [[pattern.join(' | '), spelled(option.value)]];
    }),
  );
  const words = commands.flatMap((command) =>
    command.words.map((slot, i, { length }): Row => {
      return [i === length - 1 ? `'${command.name} '*` : `'${command.name} ${i}'`, spelled(slot)];
    }),
  );
  const columns = recorders.flatMap((each): Row[] => [
    [each.name, each.columns.join(' ')],
    [`'${each.name} --counters'`, each.counters.join(' ')],
  ]);
  return [
    head,
    table('_sdr_options', [["''", allOf(options)], ...commands.map((each): Row => [each.name, allOf(each.options)])]),
    `# What stands behind an option of a command.\n${table('_sdr_value', values)}`,
    `# The words of a command by their position.\n${table('_sdr_words', words)}`,
    table('_sdr_columns', columns),
    `# What is usual behind the @ of a recorder.\n${table(
      '_sdr_intervals',
      recorders.map(({ name, intervals }): Row => [name, intervals.join(' ')]),
    )}`,
    table('_sdr_names', [
      ['command', named(commands)],
      ['recorder', named(recorders)],
      ['devices', named(recorders.filter(({ isOfMany }) => isOfMany))],
      ['topic', topics.join(' ')],
    ]),
    engine,
  ].join('\n');
}

const head = `# bash completion for sdr, made by "sdr completion bash". It needs bash 4 or later, nothing else.
`;

const engine = verbatim`# Fills "words" with the words up to the cursor, put together again where readline cuts them: at = : and @.
_sdr_read_line() {
  local i piece rest
  for ((i = 0; i <= COMP_CWORD; i++)); do
    rest=\${line#"\${line%%[![:space:]]*}"}
    piece=\${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || piece=$rest
    if ((i == 0)) || [[ $rest != "$line" ]]; then
      words+=("$piece")
    else
      words[\${#words[@]} - 1]+=$piece
    fi
    line=\${rest#"$piece"}
  done
}

# Adds the columns of the recorders on the line, or of all, to "offered"; not those that are in the list $1.
_sdr_add_columns() {
  local pieces piece recorders= counters=
  read -ra pieces <<<"$all"
  for piece in "\${pieces[@]}"; do
    [[ $piece != --counters ]] || counters=' --counters'
    piece=\${piece##*/}
    piece=\${piece%%[@.-]*}
    if _sdr_columns "$piece"; then recorders+=" $piece"; fi
  done
  if [[ -z $recorders ]]; then
    _sdr_names recorder
    recorders=$found
  fi
  for piece in $recorders; do
    _sdr_columns "$piece$counters"
    for piece in $found; do
      [[ ",$1" == *",$piece,"* ]] || offered+=" $piece"
    done
  done
}

# Adds what stands for a place to "offered".
_sdr_add() {
  local each list
  case $1 in
    '<columns>')
      list=\${cur%"\${cur##*,}"}
      before+=$list
      cur=\${cur##*,}
      _sdr_add_columns "$list"
      compopt -o nospace 2>/dev/null
      ;;
    '<column>') _sdr_add_columns '' ;;
    '<devices>')
      [[ $cur != *=* ]] || return 0
      _sdr_names devices
      for each in $found; do offered+=" $each="; done
      compopt -o nospace 2>/dev/null
      ;;
    '<timed>')
      if _sdr_intervals "\${cur%%@*}" && [[ $cur == *@* ]]; then
        for each in $found; do offered+=" \${cur%%@*}@$each"; done
      else
        _sdr_add '<recorder>'
      fi
      ;;
    '<command>' | '<recorder>' | '<topic>')
      each=\${1#<}
      _sdr_names "\${each%>}"
      offered+=" $found"
      ;;
    '<any>' | '<file>' | '<directory>') ;;
    *) offered+=" $1" ;;
  esac
}

# Adds the files or directories that fit to COMPREPLY. When nothing else fits, readline does it better: it knows quotes and tildes.
_sdr_add_files() {
  if ((\${#COMPREPLY[@]} == 0)); then
    compopt -o "$2" 2>/dev/null
    return
  fi
  mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen "$1" -- "$cur")
  compopt -o filenames 2>/dev/null
}

# Fills COMPREPLY with those of the words and places that fit "cur".
_sdr_offer() {
  local i places=" $* " offered= strip=$before breaks=
  for i in "$@"; do _sdr_add "$i"; done
  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$cur")
  case $places in
    *' <file> '*) _sdr_add_files -f default ;;
    *' <directory> '*) _sdr_add_files -d dirnames ;;
  esac
  # A list for eyes (63 is ?) has no need of what stands before the last comma; else readline keeps what it cut off; it
  # cuts behind = and : but before @.
  if [[ \${COMP_TYPE-} == 63 ]]; then
    strip=$before
  else
    for i in = : @; do [[ \${COMP_WORDBREAKS-} != *$i* ]] || breaks+=$i; done
    strip=$before$cur
    [[ -n $breaks ]] && strip=\${strip%"\${strip##*[$breaks]}"} || strip=
    strip=\${strip%@}
  fi
  for i in "\${!COMPREPLY[@]}"; do
    COMPREPLY[i]=$before\${COMPREPLY[i]}
    COMPREPLY[i]=\${COMPREPLY[i]#"$strip"}
  done
}

_sdr() {
  local IFS=$' \t\n' words=() found= all=\${COMP_LINE-} line i command= option= position=0 ended=
  all=\${all:-\${COMP_WORDS[*]}}
  if [[ -n \${COMP_LINE-} ]]; then line=\${COMP_LINE:0:COMP_POINT}; else line=\${COMP_WORDS[*]:0:COMP_CWORD + 1}; fi
  _sdr_read_line
  local last=$((\${#words[@]} - 1)) word
  local cur=\${words[last]} before=
  for ((i = 1; i < last; i++)); do
    word=\${words[i]}
    if [[ -n $option ]]; then
      option=
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -* ]]; then
      if _sdr_value "$command" "$word"; then option=$word; fi
    elif [[ -n $command ]]; then
      ((++position))
    elif _sdr_columns "\${word%%@*}"; then
      command=record position=1
    else
      command=$word
    fi
  done
  COMPREPLY=()
  if [[ -n $option ]]; then
    _sdr_value "$command" "$option"
  elif [[ -z $ended && $cur == --*=* ]]; then
    before=\${cur%%=*}=
    _sdr_value "$command" "\${cur%%=*}"
    cur=\${cur#*=}
  elif [[ -z $ended && $cur == -* ]]; then
    _sdr_options "$command"
  elif [[ -z $command ]]; then
    found='<command> <timed>'
  else
    _sdr_words "$command" "$position"
  fi
  _sdr_offer $found
}

complete -F _sdr sdr
`;
