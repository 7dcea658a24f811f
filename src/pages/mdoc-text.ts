/** Text for troff: nothing but ASCII, and nothing that is taken for a request, a macro or an escape. */
import type { Chunk, Span, Style } from './inline.ts';
import { chunksOf } from './inline.ts';

const letters: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '…': '...',
  '−': '\\(mi',
  '×': '\\(mu',
  '·': '\\(pc',
  '±': '\\(+-',
  Δ: '\\(*D',
  Σ: '\\(*S',
  '°': '\\(de',
  µ: '\\(mc',
  '≥': '\\(>=',
  '≤': '\\(<=',
  '→': '\\(->',
  '–': '\\(en',
  '—': '\\(em',
  '~': '\\(ti',
  '^': '\\(ha',
};

const other = (letter: string): string =>
  `\\[u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;

/** Running text. */
export const prose = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    .replace(/[\\~^]|[^\x00-\x7f]/gu, (letter) => letters[letter] ?? other(letter))
    .replace(/(?<![\w)\]-])-(?=[\w-])/g, '\\-');

/** Text that somebody may copy: hyphens and quotes stay what they are. */
export const verbatim = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    .replace(/[\\~^]|[^\x00-\x7f]/gu, (letter) => letters[letter] ?? other(letter))
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga');

/** A line that begins with a control character is none. */
export const line = (text: string): string => (/^[.']/.test(text) ? `\\&${text}` : text);

/** An argument of a macro: no macro's name, no delimiter, no quote. */
export function argument(text: string): string {
  const bare = text.replaceAll('"', '\\(dq');
  return /^(%?[A-Z][a-z0-9]{0,2}|[.,:;()[\]?!|])$/.test(bare) ? `\\&${bare}` : bare;
}

const macros: Readonly<Record<Style, string>> = {
  plain: 'No',
  word: 'Sy',
  phrase: 'Ql',
  flag: 'Fl',
  path: 'Pa',
  env: 'Ev',
  arg: 'Ar',
  page: 'Xr',
};

/** A span as a macro with its arguments. */
function macro({ style, text }: Span): string {
  const words = text.split(' ').map((word) => argument(style === 'plain' ? prose(word) : verbatim(word)));
  // A delimiter at the end of what is marked up is a part of it.
  const last = words.length - 1;
  if (style !== 'plain') words[last] = words[last]?.replace(/(?<=.)[.,:;)\]?!]$/, '$&\\&') ?? '';
  if (style === 'flag') return `Fl ${argument(verbatim(text.slice(1)))}`;
  // A long path may be broken behind its slashes.
  if (style === 'path' && text.length > 30) return `Pa ${words.join(' ').replace(/(?<=.)\/(?=.)/g, '/\\:')}`;
  if (style === 'page') return `Xr ${text.replace(/\((\d)\)$/, ' $1')}`;
  return `${macros[style]} ${words.join(' ')}`;
}

const closing = /^[.,:;)\]?!]+$/;

/** Spans that touch each other, as one line of macros. Punctuation at the end is an argument of its own, as mdoc wants it. */
function macrosOf(chunk: Chunk): string {
  const last = chunk.at(-1);
  const isClosed = chunk.length > 1 && last?.style === 'plain' && closing.test(last.text);
  const body = (isClosed ? chunk.slice(0, -1) : chunk).map(macro).join(' Ns ');
  return isClosed ? `${body} ${[...(last?.text ?? '')].join(' ')}` : body;
}

/** Text as arguments of a line that is a macro already, such as the head of a list's item. */
export function inlineOf(text: string): string {
  const found: string[] = [];
  let isPlain = true;
  for (const chunk of chunksOf(text)) {
    const [first] = chunk;
    const plain = chunk.length === 1 && first?.style === 'plain';
    if (plain && closing.test(first.text)) found.push([...first.text].join(' '));
    else if (plain) found.push(`${isPlain ? '' : 'No '}${argument(prose(first.text))}`);
    else found.push(macrosOf(chunk));
    isPlain = plain;
  }
  return found.join(' ');
}

/** Lines of text are no longer than this, bytes. */
const width = 78;

/** Running text in lines: a new sentence begins a new line, and so does what is marked up. */
export function textLines(text: string): string {
  const lines: string[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) lines.push(line(words.join(' ')));
    words = [];
  };
  for (const chunk of chunksOf(text)) {
    const [first] = chunk;
    if (chunk.length === 1 && first?.style === 'plain') {
      if (/[.?!]["')]?$/.test(words.at(-1) ?? '') && /^["'(]?[A-Z0-9]/.test(first.text)) flush();
      const word = prose(first.text);
      if (words.join(' ').length + 1 + word.length > width) flush();
      words.push(word);
    } else {
      flush();
      lines.push(`.${macrosOf(chunk)}`);
    }
  }
  flush();
  return lines.map((each) => `${each}\n`).join('');
}
