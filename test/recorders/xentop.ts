/** A printer of what `xentop -b -f` prints, Xen 4.5 or later: columns as wide as their widest value, names of any bytes. */

/** Titles and least widths of the columns behind STATE. */
const columns = [
  ['CPU(sec)', 10],
  ['CPU(%)', 6],
  ['MEM(k)', 10],
  ['MEM(%)', 6],
  ['MAXMEM(k)', 10],
  ['MAXMEM(%)', 9],
  ['VCPUS', 5],
  ['NETS', 4],
  ['NETTX(k)', 8],
  ['NETRX(k)', 8],
  ['VBDS', 4],
  ['VBD_OO', 8],
  ['VBD_RD', 8],
  ['VBD_WR', 8],
  ['VBD_RSECT', 10],
  ['VBD_WSECT', 10],
  ['SSID', 4],
] as const;

export interface Printed {
  readonly name: string | Uint8Array;
  readonly state?: string;
  readonly words?: readonly string[];
}

/** A guest at rest. */
export const usual: readonly string[] = '10 0.0 524288 12.5 525312 12.5 1 1 100 50 1 0 7 8 90 100 0'.split(' ');

const right = (word: string, width: number): string => word.padStart(width);

export function table(domains: readonly Printed[]): Buffer {
  const names = domains.map(({ name }) => Buffer.from(name as string));
  const words = domains.map((domain) => domain.words ?? usual);
  const widths = columns.map(([, least], i) => Math.max(least, ...words.map((each) => each[i]?.length ?? 0)));
  const widest = Math.max(10, ...names.map((name) => name.length));
  const head = `${right('NAME', widest)}  STATE ${columns.map(([title], i) => right(title, widths[i] ?? 0)).join(' ')}\n`;
  return Buffer.concat([
    Buffer.from(head),
    ...domains.flatMap(({ state = '--b---' }, i) => {
      const name = names[i] ?? Buffer.of();
      const cells = (words[i] ?? []).map((word, column) => right(word, widths[column] ?? 0));
      return [Buffer.alloc(widest - name.length, ' '), name, Buffer.from(` ${state} ${cells.join(' ')}\n`)];
    }),
  ]);
}

/** What one good run prints. */
export const run = (first: readonly Printed[], second = first): Buffer => Buffer.concat([table(first), table(second)]);
