/** The page of a recorder, computed from its declaration: the only words of its own are its notes and examples. */
import type { Recorder } from '../recorder.ts';
import { intervalColumn } from '../view.ts';
import { noteSections } from './command.ts';
import type { DescribedColumn, DescribedField, Description } from './description.ts';
import { description } from './description.ts';
import { folded } from './fold.ts';
import { withLiterals } from './inline.ts';
import type { Block, Page, Section, Term } from './page.ts';
import { code, narrow, references, sentence, terms, usage } from './page.ts';
import { spelledSpan } from './span.ts';

/** `others` are the recorders that it refers to at its end. */
export function recorderPage(recorder: Recorder, others: readonly Recorder[]): Page {
  const rates = description(recorder, false);
  const counters = description(recorder, true);
  return {
    name: recorder.name,
    section: 1,
    summary: recorder.summary,
    sections: [
      {
        title: 'SYNOPSIS',
        blocks: [usage({ literal: `sdr ${recorder.name}`, words: '[options] [interval [count]]' })],
      },
      { title: 'DESCRIPTION', blocks: introduction(recorder) },
      { title: 'COLUMNS', blocks: columns(rates) },
      ...withCounters(rates, counters),
      { title: 'SOURCE', blocks: source(rates) },
      { title: 'FILES', blocks: [files(recorder)] },
      { title: 'EXAMPLES', blocks: [code(...examples(recorder).flatMap(folded))] },
      ...notes(recorder, [...rates.columns, ...counters.columns]),
      { title: 'SEE ALSO', blocks: [seeAlso(recorder, others)] },
    ],
  };
}

function introduction({ name, summary, key, columns, slow, least }: Recorder): readonly Block[] {
  const count = Object.keys(columns).length;
  const measured = count === 1 ? 'one measured column' : `${count} measured columns`;
  const rows = key === null ? 'one row a sample' : `one row per \`${key}\` and sample`;
  const pace =
    slow === null
      ? []
      : [
          `When \`sdr record\` names no recorder, it takes part every ${spelledSpan(slow)}, or at the bare interval if that is longer.`,
        ];
  const floor =
    least === undefined
      ? []
      : [`No interval below ${spelledSpan(least.milliseconds)} is possible, because ${least.why}.`];
  return [
    `\`sdr ${name}\`, short for \`sdr record ${name}\`, records ${summary}.`,
    [
      `It writes ${rows} with ${measured}, in the dialect of sdr-csv(5); the options are those of sdr-record(1).`,
      ...pace,
      ...floor,
    ].join(' '),
    `What could not be measured is an empty cell, never 0. \`sdr describe ${name}\` prints the columns as tables, with the names that they have as metrics of Prometheus.`,
  ];
}

/** The denominator that many formulas share, by its spelling: they are read more easily with a name for it. */
function sharedSum(columns: readonly DescribedColumn[]): string | null {
  const seen = new Map<string, number>();
  for (const { formula } of columns) {
    const sum = / \/ \(([^()]+ [+−] [^()]+ [+−] [^()]+)\)$/.exec(formula ?? '')?.[1];
    if (sum !== undefined) seen.set(sum, (seen.get(sum) ?? 0) + 1);
  }
  const [sum, count] = [...seen].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return count > 2 ? sum : null;
}

function columns({ columns }: Description): readonly Block[] {
  const sum = sharedSum(columns);
  const whole = sum === null ? [] : [`In them total stands for ${sum.replaceAll('Δ', '')}.`];
  const hasGrowth = columns.some(({ formula }) => formula?.includes('Δ'));
  const formulas = `Formulas are made of what SOURCE lists${hasGrowth ? '; Δ is the growth since the sample before' : ''}.`;
  const intro = columns.every(isPlain)
    ? ['In the order of the header, each with where it is read.']
    : ['In the order of the header.', formulas, ...whole];
  const names = new Set(columns.map(({ name }) => name));
  return [
    intro.join(' '),
    { kind: 'terms', isNarrow: false, items: columns.map((column) => columnTerm(column, sum, names)) },
  ];
}

/** A formula that is a name says less than where the number stands. */
const isCopy = ({ formula, fields }: DescribedColumn): boolean => formula !== null && formula === fields[0];

/** Whether a column is computed of nothing. */
const isPlain = (column: DescribedColumn): boolean => column.formula === null || isCopy(column);

function columnTerm(column: DescribedColumn, sum: string | null, names: ReadonlySet<string>): Term {
  const { formula, sources } = column;
  const short = formula === null || sum === null ? formula : formula.replace(`(${sum})`, 'Δtotal');
  const display = isCopy(column) ? (sources[0] ?? null) : short;
  return {
    term: headOf(column),
    text: [sentence(withLiterals(column.meaning, names))],
    ...(display === null ? {} : { display }),
  };
}

const headOf = ({ name, unit }: Pick<DescribedColumn, 'name' | 'unit'>): string =>
  `\`${name}\`${unit === null ? '' : ` (${unit})`}`;

/** Nothing at all when nothing changes. */
function withCounters(rates: Description, counters: Description): readonly Section[] {
  const known = new Set(rates.columns.map(({ name }) => name));
  const added = counters.columns.filter(({ name }) => !known.has(name));
  if (added.length === 0) return [];
  const gone = rates.columns.filter(({ name }) => !counters.columns.some((each) => each.name === name));
  const kept = known.size - gone.length;
  return [
    {
      title: 'WITH --counters',
      blocks: [
        `The kernel's own counters are written in base units instead of the ${gone.length} rates and shares that are made of them, each once; the other ${kept} columns stay. sdr-rates(1) computes the rates later.`,
        narrow(...added.map((each): [string, string] => [headOf(each), sentence(withLiterals(each.meaning, known))])),
      ],
    },
  ];
}

function source({ sources, fields, columns }: Description): readonly Block[] {
  if (columns.every(isPlain)) return [`Read: ${listed(sources)}.`];
  return [
    `Read: ${listed(sources)}. The formulas know what stands there by these names, in base units:`,
    {
      kind: 'terms',
      isNarrow: true,
      items: fields.map((field) => ({ term: `\`${field.name}\``, text: [origin(field)] })),
    },
  ];
}

function origin({ source, scale, width, kind }: DescribedField): string {
  const factor = scale === 1 || kind === 'text' ? '' : `, × ${scale}`;
  const wraps = { u64: '', ulong: '; 32 bits on 32-bit kernels', u32: '; 32 bits' }[kind === 'counter' ? width : 'u64'];
  return `${source}${factor}${wraps}`;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const files = ({ name }: Recorder): Block =>
  terms([
    `\`/var/lib/sdr/${name}-<YYYYMMDD>.csv\``,
    'The rows of one UTC day, where `sdr record -o /var/lib/sdr` writes; sdr-csv(5) has the rules of their names.',
  ]);

/** Those of the author; without any, what everybody wants of every recorder. */
const examples = (recorder: Recorder): readonly string[] =>
  recorder.examples && recorder.examples.length > 0 ? recorder.examples : usual(recorder);

function usual({ name, slow, columns }: Recorder): readonly string[] {
  const every = slow === null ? 1 : slow / 1000;
  const [first = intervalColumn] = Object.keys(columns);
  return [
    `sdr ${name} ${every} 5`,
    `sdr record ${name} ${every} -o /var/lib/sdr`,
    `sdr cat ${name} --since 1h --columns ${first}`,
  ];
}

function notes({ notes = [] }: Recorder, columns: readonly DescribedColumn[]): readonly Section[] {
  const names = new Set(columns.map(({ name }) => name));
  return noteSections(
    'NOTES',
    notes.map((note) => ({ ...note, text: withLiterals(note.text, names) })),
  );
}

function seeAlso({ name }: Recorder, others: readonly Recorder[]): string {
  const recorders = others.filter((each) => each.name !== name).map((each) => `${each.name}(1)`);
  return references([...recorders, 'sdr(1)', 'sdr-describe(1)', 'sdr-record(1)', 'sdr-csv(5)', 'sdr-sar(7)']);
}
