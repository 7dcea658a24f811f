/** A page in mdoc(7), for mandoc(1) and groff(1). The page has no date of its own: its text depends on the source alone. */
import { argument, inlineOf, line, prose, textLines, verbatim } from './mdoc-text.ts';
import type { Block, Page, Section, Term, UsageLine } from './page.ts';

/** A date that never changes, as mdoc wants one. */
const date = 'January 1, 2026';

export function mdoc(page: Page): string {
  const { name, section, summary, sections } = page;
  return [
    '.\\" Made by npm run generate: edit the declarations instead.\n',
    `.Dd ${date}\n.Dt ${name.toUpperCase()} ${section}\n.Os\n`,
    `.Sh NAME\n.Nm ${name}\n.Nd ${line(prose(summary))}\n`,
    ...sections.map(sectionText),
  ].join('');
}

function sectionText({ title, blocks }: Section): string {
  return `.Sh ${inlineOf(title)}\n${blocks.map((each, i) => blockText(each, blocks[i - 1])).join('')}`;
}

/** Paragraphs are parted by `.Pp`; lists and displays bring their own blank line. */
function blockText(each: Block, before: Block | undefined): string {
  const isFirst = before === undefined || (typeof before === 'object' && before.kind === 'heading');
  const gap = isFirst ? '' : '.Pp\n';
  if (typeof each === 'string') return gap + textLines(each);
  return each.kind === 'terms' && each.isNarrow ? gap + display(each) : display(each);
}

function display(each: Exclude<Block, string>): string {
  switch (each.kind) {
    case 'heading':
      return `.Ss ${inlineOf(each.text)}\n`;
    case 'terms':
      return each.isNarrow ? narrowList(each.items) : list('-tag -width Ds', each.items);
    case 'bullets':
      return `.Bl -bullet\n${each.items.map((item) => `.It\n${textLines(item)}`).join('')}.El\n`;
    case 'code':
      return `.Bd -literal -offset indent\n${each.lines.map((text) => `${line(verbatim(text))}\n`).join('')}.Ed\n`;
    case 'table':
      return table(each.head, each.rows);
    case 'usage':
      return each.lines.map(usageLine).join('');
  }
}

const list = (kind: string, items: readonly Term[]): string => `.Bl ${kind}\n${items.map(item).join('')}.El\n`;

function narrowList(items: readonly Term[]): string {
  const longest = items.map(({ term }) => term.replace(/[`<>]/g, '')).reduce((a, b) => (b.length > a.length ? b : a));
  return list(`-tag -width "${verbatim(longest.slice(0, 29)).replaceAll('"', '\\(dq')}xx" -compact`, items);
}

function item({ term, text, display }: Term): string {
  const paragraphs = text.map((each, i) => `${i === 0 ? '' : '.Pp\n'}${textLines(each)}`).join('');
  return `.It ${inlineOf(term)}\n${paragraphs}${display === undefined ? '' : `.D1 ${inlineOf(display)}\n`}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    [head, ...rows].map((row) => (row[i] ?? '').replace(/[`<>]/g, '')).reduce((a, b) => (b.length > a.length ? b : a)),
  );
  const row = (cells: readonly string[]) => `.It ${cells.map(inlineOf).join(' Ta ')}\n`;
  const columns = widths.map((width) => `"${verbatim(width).replaceAll('"', '\\(dq')}x"`).join(' ');
  const top = head.map((cell) => `\`${cell}\``);
  return `.Bl -column ${columns}\n${[top, ...rows].map(row).join('')}.El\n`;
}

/** `sdr record [options] [recorder[@interval]…]` */
function usageLine({ literal, words }: UsageLine): string {
  const [program = '', ...more] = literal.split(' ');
  const typed = more.length === 0 ? '' : `.Cm ${more.map((word) => argument(verbatim(word))).join(' ')}\n`;
  return `.Nm ${program}\n${typed}${words === '' ? '' : `.${usageWords(words)}\n`}`;
}

/** Brackets and names as macros; what touches stays together. */
function usageWords(words: string): string {
  const parts = words.match(/\s+|[[\]|@…=]|[^\s[\]|@…=]+/g) ?? [];
  let text = '';
  let isGlued = true;
  for (const part of parts) {
    if (part.trim() === '') {
      isGlued = false;
      continue;
    }
    if (part === ']') text += ' Oc';
    else
      text += `${text === '' ? '' : isGlued && !text.endsWith(' Oo') && text !== 'Oo' ? ' Ns ' : ' '}${usageWord(part)}`;
    isGlued = true;
  }
  return text;
}

function usageWord(part: string): string {
  if (part === '[') return 'Oo';
  if (part === '…') return 'No ...';
  if (part === '|') return 'No \\&|';
  if (/^[@=]$/.test(part)) return `No ${part}`;
  return part.startsWith('-') ? `Fl ${verbatim(part.slice(1))}` : `Ar ${argument(verbatim(part))}`;
}
