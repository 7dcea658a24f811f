/** `sdr cat`: recorded files as one stream of rows. */
import type { Command, Values, World } from '../command.ts';
import { flag, text, texts } from '../command.ts';
import type { Exit } from '../errors.ts';
import { SdrError, unknownName } from '../errors.ts';
import type { Window } from '../read/merge.ts';
import { inOrder, mayHold } from '../read/merge.ts';
import type { Output } from '../read/output.ts';
import { printing } from '../read/output.ts';
import type { Recorded } from '../read/recorded.ts';
import { keyOf, recordedOf, sharedRecorder } from '../read/recorded.ts';
import { selectionOf } from '../read/sources.ts';
import type { Shape } from '../read/spell.ts';
import { spellings } from '../read/spell.ts';
import { windowOf, windowOptions } from '../read/window.ts';

/** The columns of all files: those of the oldest, then what others have more. */
const united = (files: readonly Recorded[]): readonly string[] => [...new Set(files.flatMap(({ names }) => names))];

/** The wanted columns in the order of the files; a row without time and key means nothing. */
function chosen(all: readonly string[], wanted: readonly string[], key: string | null): readonly string[] {
  if (wanted.length === 0) return all;
  for (const name of wanted) if (!all.includes(name)) throw unknownName('column', name, all);
  return all.filter((name) => name === 'time' || name === key || wanted.includes(name));
}

function shapeOf(world: World, files: readonly Recorded[], recorder: string, values: Values): Shape {
  const key = keyOf(
    files[0] ?? { names: [] },
    world.recorders.find(({ name }) => name === recorder),
  );
  const wanted = texts(values, 'columns').flatMap((names) => names.split(','));
  return { names: chosen(united(files), wanted, key), recorder, key, local: flag(values, 'local') };
}

/** Prints the rows; returns whether all files could be read to their ends. */
function printRows(
  world: World,
  files: readonly Recorded[],
  window: Window,
  output: Output,
  shape: Shape,
  name: string,
) {
  const spelling = (spellings[name] as (typeof spellings)[string])(shape);
  const header = shape.names.join(',');
  const places = new Map(files.map((file) => [file, shape.names.map((column) => file.names.indexOf(column))]));
  const isSame = new Map(
    files.map((file) => [file, name === 'csv' && !shape.local && file.names.join(',') === header]),
  );
  output.text().ascii(spelling.head);
  const rows = inOrder(world, files, window);
  for (let each = rows.next(); ; each = rows.next()) {
    if (each.done) return each.value;
    const { file, lines } = each.value;
    if (isSame.get(file)) {
      output.pass(lines.bytes, lines.start, lines.end);
      continue;
    }
    spelling.row(lines, places.get(file) as number[], output.text());
    output.spelled();
  }
}

function run(world: World, words: readonly string[], values: Values): Exit {
  const window = windowOf(world, values);
  const { recorder: wanted, sources } = selectionOf(world, 'cat', words);
  const inside = sources.filter((source) => mayHold(source, window));
  // Without a file of that time the newest one says what the header is.
  const { files, failures } = recordedOf(world, inside.length > 0 ? inside : sources.slice(-1));
  if (files.length === 0) throw new SdrError('io', `None of the files of ${wanted ?? 'sdr'} can be read`);
  const recorder = sharedRecorder(files, wanted);
  const shape = shapeOf(world, files, recorder, values);
  let isWhole = true;
  printing(world.engine.files, (output) => {
    isWhole = printRows(world, files, window, output, shape, text(values, 'format') ?? 'csv');
  });
  return isWhole && failures === 0 ? 'done' : 'partial';
}

export const cat: Command = {
  name: 'cat',
  summary: 'print recorded files as one, in order of time',
  words: '[DIR|FILE…] RECORDER',
  options: [
    ...windowOptions,
    { flags: '--columns <names>', help: 'print these columns only, separated by commas', isList: true },
    { flags: '--format <name>', help: 'how rows are spelled', choices: Object.keys(spellings) },
  ],
  examples: [
    'sdr cat cpurec --since 1h',
    'sdr cat /var/lib/sdr sysrec --since 2026-11-21 --columns cpu_pct,mem_used_pct',
    'sdr cat diskrec-202611*.csv.gz --format table --local | less',
  ],
  run,
};
