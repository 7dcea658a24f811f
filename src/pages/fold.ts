/** Command lines that fit on a page. */

const width = 66;

/**
 * A command line in lines that a shell reads as one; its comment, if it has one, comes first when there is no room beside it. What
 * may be a part of a longer command stays as it is.
 */
export function folded(line: string): readonly string[] {
  if (line.length <= width || !line.startsWith('sdr ') || !isWhole(line)) return [line];
  const [, command = line, comment] = /^(.*?\S)\s+(#.*)$/.exec(line) ?? [];
  return [...(comment === undefined ? [] : [comment]), ...cut(command)];
}

const isWhole = (line: string): boolean =>
  !line.endsWith('\\') && line.replace(/'[^']*'|"[^"]*"/g, '').match(/['"]/) === null;

function cut(command: string): readonly string[] {
  const lines: string[] = [];
  let rest = command;
  while (rest.length > width) {
    const at = blankBefore(rest, width - 2);
    if (at < 0) break;
    lines.push(`${rest.slice(0, at)} \\`);
    rest = `    ${rest.slice(at + 1)}`;
  }
  return [...lines, rest];
}

/**
 * Where to break before a place: at the last blank outside quotes behind a pipe, else before an option, else anywhere; -1 when there
 * is none.
 */
function blankBefore(text: string, end: number): number {
  const blanks = blanksOf(text).filter((at) => at < end && text.slice(0, at).trim() !== '');
  const last = (fits: (at: number) => boolean) => blanks.findLast(fits);
  return last((at) => text[at - 1] === '|') ?? last((at) => text[at + 1] === '-') ?? last(() => true) ?? -1;
}

/** Places of blanks outside quotes. */
function blanksOf(text: string): readonly number[] {
  let quote = '';
  return [...text].flatMap((letter, at) => {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    return quote === '' && letter === ' ' ? [at] : [];
  });
}
