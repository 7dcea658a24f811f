/**
 * A manual page as data: what mdoc and plain text are made of. Prose is written with a light markup that src/pages/inline.ts reads:
 * `words` between backticks are typed or read literally, <name> is a placeholder, sdr-csv(5) is another page; paths and --options are
 * recognised as they stand.
 */

/** 1 commands, 5 file formats, 7 all else. */
export type ManualSection = 1 | 5 | 7;

export interface Page {
  /** `sdr-record`, without the section. */
  readonly name: string;
  readonly section: ManualSection;
  /** Behind the name: lower case, no full stop. */
  readonly summary: string;
  /** Behind DESCRIPTION; NAME is made of the above. */
  readonly sections: readonly Section[];
}

export interface Section {
  /** In capitals. */
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A string is a paragraph. */
export type Block = string | Heading | Terms | Bullets | Code | Table | Usage;

interface Heading {
  readonly kind: 'heading';
  readonly text: string;
}

/** One entry of a tagged list. */
export interface Term {
  readonly term: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** A line of its own behind the text, such as a formula. */
  readonly display?: string;
}

interface Terms {
  readonly kind: 'terms';
  readonly items: readonly Term[];
  /** Short terms with short texts, which need no blank lines: `narrow` is as wide as the longest of them. */
  readonly isNarrow: boolean;
}

interface Bullets {
  readonly kind: 'bullets';
  readonly items: readonly string[];
}

/** Lines as they stand, without markup. */
interface Code {
  readonly kind: 'code';
  readonly lines: readonly string[];
}

/** Cells are short: they are not wrapped. */
interface Table {
  readonly kind: 'table';
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Lines of a SYNOPSIS: `sdr record [options] [recorder…]`. */
interface Usage {
  readonly kind: 'usage';
  readonly lines: readonly UsageLine[];
}

export interface UsageLine {
  /** `sdr record`: typed as it stands. */
  readonly literal: string;
  /** `[options] [recorder[@interval]…] [interval [count]]` */
  readonly words: string;
}

export const heading = (text: string): Heading => ({ kind: 'heading', text });
export const bullets = (...items: readonly string[]): Bullets => ({ kind: 'bullets', items });
export const code = (...lines: readonly string[]): Code => ({ kind: 'code', lines });
export const usage = (...lines: readonly UsageLine[]): Usage => ({ kind: 'usage', lines });
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Table => ({
  kind: 'table',
  head,
  rows,
});

type Pair = readonly [term: string, ...text: readonly string[]];

const termOf = ([term, ...text]: Pair): Term => ({ term, text });

/** A tagged list. */
export const terms = (...items: readonly Pair[]): Terms => ({
  kind: 'terms',
  items: items.map(termOf),
  isNarrow: false,
});

/** A tagged list without blank lines, its texts beside its terms. */
export const narrow = (...items: readonly Pair[]): Terms => ({
  kind: 'terms',
  items: items.map(termOf),
  isNarrow: true,
});

/** A summary or the help of an option as a sentence. */
export const sentence = (text: string): string => {
  const first = /^[a-z][a-z]*(?=[ ,:;]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?…]$/.test(first) ? first : `${first}.`;
};

/** References in the order of sections and names, as a SEE ALSO has them. */
export function references(pages: readonly string[]): string {
  const key = (page: string) => `${page.slice(-2)}${page.slice(0, -3)}`;
  return [...new Set(pages)].sort((a, b) => (key(a) < key(b) ? -1 : 1)).join(', ');
}

/** The page's title as others refer to it. */
export const titleOf = ({ name, section }: Pick<Page, 'name' | 'section'>): string => `${name}(${section})`;
