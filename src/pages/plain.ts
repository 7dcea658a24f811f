/** A page as plain text, 78 columns wide whatever the terminal: what `sdr help` prints, on both editions, without man(1). */
import { aligned } from './aligned.ts';
import type { Span } from './inline.ts';
import { chunksOf } from './inline.ts';
import type { Block, Page, Section, Term, UsageLine } from './page.ts';
import { titleOf } from './page.ts';

const width = 78;
/** Where text begins, and how much further what belongs to a term or is a display. */
const margin = 5;
const step = 8;

export function plain(page: Page): string {
  const title = titleOf(page).toUpperCase();
  const head = `${title}${' '.repeat(Math.max(1, width - 2 * title.length))}${title}`;
  const name: Section = { title: 'NAME', blocks: [`${page.name} – ${page.summary}`] };
  return [head, ...[name, ...page.sections].map(section)].join('\n\n').concat('\n');
}

const section = ({ title, blocks }: Section): string =>
  [title, ...blocks.map((each, i) => block(each, blocks[i - 1]))].join('\n');

/** A block with the blank line before it, where it has one. */
function block(each: Block, before: Block | undefined): string {
  const isFirst = before === undefined || (typeof before === 'object' && before.kind === 'heading');
  return `${isFirst ? '' : '\n'}${lines(each).join('\n')}`;
}

function lines(each: Block): readonly string[] {
  if (typeof each === 'string') return wrapped(each, margin);
  switch (each.kind) {
    case 'heading':
      return [`   ${texted(each.text)}`];
    case 'terms':
      return each.isNarrow ? narrowList(each.items) : list(each.items);
    case 'bullets':
      return each.items.flatMap((item) => hanging('•', wrapped(item, margin + 4), 4));
    case 'code':
      return each.lines.map((line) => (line === '' ? '' : ' '.repeat(margin + 4) + line));
    case 'table':
      return table(each.head, each.rows);
    case 'usage':
      return each.lines.flatMap(usageLine);
  }
}

/** Text in lines that begin at `indent`. */
function wrapped(text: string, indent: number): readonly string[] {
  const found: string[] = [];
  let line = '';
  for (const word of words(text)) {
    if (line !== '' && indent + line.length + 1 + word.length > width) {
      found.push(' '.repeat(indent) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? found : [...found, ' '.repeat(indent) + line];
}

/** Phrases that are short stay on one line. */
function words(text: string): readonly string[] {
  return chunksOf(text).flatMap((chunk) => {
    const word = chunk.map(spelled).join('');
    return word.length > 40 ? word.split(' ') : word;
  });
}

const texted = (text: string): string => words(text).join(' ');

function spelled({ style, text }: Span): string {
  if (style === 'arg') return `<${text}>`;
  return style === 'phrase' ? `'${text}'` : text;
}

/** A mark or a term in the margin of its text, when it fits there. */
function hanging(term: string, text: readonly string[], room: number): readonly string[] {
  const [first = '', ...rest] = text;
  const lead = ' '.repeat(margin) + term;
  if (first === '') return [lead];
  if (term.length + 1 > room) return [lead, ...text];
  return [lead.padEnd(margin + room) + first.slice(margin + room), ...rest];
}

function list(items: readonly Term[]): readonly string[] {
  return items.flatMap((item, i) => [...(i === 0 ? [] : ['']), ...hanging(texted(item.term), body(item, step), step)]);
}

function narrowList(items: readonly Term[]): readonly string[] {
  const room = Math.min(31, Math.max(...items.map(({ term }) => texted(term).length)) + 2);
  return items.flatMap((item) => hanging(texted(item.term), body(item, room), room));
}

function body({ text, display }: Term, room: number): readonly string[] {
  const paragraphs = text.flatMap((each, i) => [...(i === 0 ? [] : ['']), ...wrapped(each, margin + room)]);
  return display === undefined ? paragraphs : [...paragraphs, ...wrapped(display, margin + room + 4)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return aligned([head, ...rows].map((row) => row.map(texted)))
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(margin) + line);
}

function usageLine({ literal, words }: UsageLine): readonly string[] {
  return hanging(literal, wrapped(words, margin + literal.length + 1), literal.length + 1);
}
