/** The markup inside a line of a page: what is literal, what is a placeholder, what is a path, an option, another page. */

/**
 * `word` is read or typed as it stands, `phrase` several words of that kind, `flag` an option, `env` an environment variable, `arg` a
 * placeholder, `page` another page.
 */
export type Style = 'plain' | 'word' | 'phrase' | 'flag' | 'path' | 'env' | 'arg' | 'page';

export interface Span {
  readonly style: Style;
  readonly text: string;
}

const path = String.raw`(?<![\w.:/])\/(?:proc|sys|etc|var|dev|run|usr|boot)\b(?:\/[\w.*{},/<>:-]*[\w*}])?`;
const page = String.raw`(?<![\w.-])[a-z][\w.-]*\(\d\)`;
const flag = String.raw`(?<![\w-])--[a-z][a-z-]*`;
const marks = new RegExp(`\`([^\`]+)\`|<([A-Za-z][^<>\\s]*)>|(${page})|(${path})|(${flag})`, 'g');

/** A line cut into spans. */
export function spansOf(text: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  const plain = (until: number) => {
    if (until > from) spans.push({ style: 'plain', text: text.slice(from, until) });
  };
  for (const found of text.matchAll(marks)) {
    plain(found.index);
    from = found.index + found[0].length;
    spans.push(spanOf(found));
  }
  plain(text.length);
  return spans;
}

function spanOf([, literal, arg, page, path, flag]: RegExpMatchArray): Span {
  if (literal !== undefined) return { style: literalStyle(literal), text: literal };
  if (arg !== undefined) return { style: 'arg', text: arg };
  if (page !== undefined) return { style: 'page', text: page };
  return path === undefined ? { style: 'flag', text: flag ?? '' } : { style: 'path', text: path };
}

/** What stands between backticks tells by itself what it is. */
function literalStyle(text: string): Style {
  if (text.includes(' ')) return 'phrase';
  if (/^--?[A-Za-z][\w-]*$/.test(text)) return 'flag';
  if (/^[.~]?\/?[\w.<>*{}~-]*\/[\w./<>*{}~-]*$/.test(text) && !/^\/$/.test(text)) return 'path';
  if (/^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(text)) return 'env';
  return 'word';
}

/** A piece of text without a blank around it: what must stay together with what it touches. */
export type Chunk = readonly Span[];

/** A line cut at its blanks; spans that touch each other are one chunk. */
export function chunksOf(text: string): readonly Chunk[] {
  const chunks: Span[][] = [];
  let isOpen = false;
  for (const span of spansOf(text)) {
    const parts = span.style === 'plain' ? span.text.split(/(\s+)/).filter((part) => part !== '') : [span.text];
    for (const part of parts) {
      if (span.style === 'plain' && part.trim() === '') {
        isOpen = false;
        continue;
      }
      const piece: Span = { style: span.style, text: part };
      if (isOpen) (chunks.at(-1) as Span[]).push(piece);
      else chunks.push([piece]);
      isOpen = true;
    }
  }
  return chunks;
}

/** Known words of a text between backticks, unless they are already. Only words with `_` or a digit: others are English. */
export function withLiterals(text: string, names: ReadonlySet<string>): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part.replace(/(?<![\w/.-])[a-z]+[_\d]\w*(?![\w/-])/g, (word) => (names.has(word) ? `\`${word}\`` : word)),
    )
    .join('');
}
