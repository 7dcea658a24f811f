/** The tables of README.md, computed from the declarations, between markers. */
import type { Option } from '../command.ts';
import { exits, SdrError } from '../errors.ts';
import type { Schema } from '../schema.ts';

/** `sysrec`, what it records, its key column, and what it reads. */
export function recorderTable(recorders: readonly Schema[]): string {
  return table(
    ['recorder', 'one row a sample', 'what it records', 'columns'],
    recorders.map(({ name, key, summary, columns }) => [
      `\`${name}\``,
      key === null ? 'in all' : `per \`${key}\``,
      summary,
      String(Object.keys(columns).length),
    ]),
  );
}

export function exitTable(): string {
  return table(
    ['exit', 'meaning'],
    Object.values(exits).map(({ code, help }) => [String(code), help]),
  );
}

export function optionTable(options: readonly Option[]): string {
  return table(
    ['option', 'meaning'],
    options.map(({ flags, help, choices }) => [
      `\`${flags}\``,
      choices ? `${help}: ${choices.map((each) => `\`${each}\``).join(', ')}` : help,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

/** `text` with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
export function filled(text: string, name: string, content: string): string {
  const begin = `<!-- ${name} -->\n`;
  const from = text.indexOf(begin);
  const until = text.indexOf(`<!-- /${name} -->`, from);
  if (from < 0 || until < 0) throw new SdrError('usage', `No <!-- ${name} --> … <!-- /${name} --> to fill`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(until)}`;
}
