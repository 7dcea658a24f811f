/** mdoc: macros where there is markup, and no macro where there is none. */
import { expect, test } from 'vitest';
import { folded } from '../../src/pages/fold.ts';
import { mdoc } from '../../src/pages/mdoc.ts';
import { textLines } from '../../src/pages/mdoc-text.ts';
import type { Block, Page } from '../../src/pages/page.ts';
import { bullets, code, heading, narrow, references, sentence, table, terms, usage } from '../../src/pages/page.ts';
import { spelledSpan } from '../../src/pages/span.ts';

const page = (...blocks: readonly Block[]): Page => ({
  name: 'sdr-try',
  section: 5,
  summary: 'try a \\ backslash…',
  sections: [{ title: 'DESCRIPTION', blocks }],
});

/** What stands behind the title of the section. */
const body = (...blocks: readonly Block[]): string => mdoc(page(...blocks)).split('.Sh DESCRIPTION\n')[1] ?? '';

test('a page has a head without a date of its own', () => {
  expect(mdoc(page('Text.'))).toBe(
    [
      '.\\" Made by npm run generate: edit the declarations instead.',
      '.Dd January 1, 2026',
      '.Dt SDR-TRY 5',
      '.Os',
      '.Sh NAME',
      '.Nm sdr-try',
      '.Nd try a \\e backslash...',
      '.Sh DESCRIPTION',
      'Text.',
      '',
    ].join('\n'),
  );
});

test.each([
  ['Markup is `a_pct` or /proc/stat, see sdr(1).', 'Markup is\n.Sy a_pct\nor\n.Pa /proc/stat ,\nsee\n.Xr sdr 1 .\n'],
  ['It ends (`x`).', 'It ends\n.No \\&( Ns Sy x ) .\n'],
  ['`a`/`b` and `sdr list -q`', '.Sy a Ns No / Ns Sy b\nand\n.Ql sdr list \\-q\n'],
  ['One. Two? 3 of them.', 'One.\nTwo?\n3 of them.\n'],
  [".dot and 'quote", ".dot and 'quote".replace('.dot', '\\&.dot').concat('\n')],
  ['`time,` ends so', '.Sy time,\\&\nends so\n'],
  ['100 − x ≥ -1 °C, Δ', '100 \\(mi x \\(>= \\-1 \\(deC, \\(*D\n'],
  ['`Nm` is no macro, nor is `"q"`', '.Sy \\&Nm\nis no macro, nor is\n.Sy \\(dqq\\(dq\n'],
  ['a ~ and ☃ and <dir>', 'a \\(ti and \\[u2603] and\n.Ar dir\n'],
])('textLines(%j)', (text, lines) => {
  expect(textLines(text)).toBe(lines);
});

test('no line of text is longer than mdoc likes', () => {
  const text = 'word '.repeat(60);
  expect(
    Math.max(
      ...textLines(text)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThan(80);
});

test('lists, tables and displays', () => {
  expect(body(terms(['`-o`, --output <dir>', 'One.', 'Two.']))).toBe(
    '.Bl -tag -width Ds\n.It Fl o , Fl \\-output Ar dir\nOne.\n.Pp\nTwo.\n.El\n',
  );
  expect(body('Text.', narrow(['`a`', 'x'], ['`bcd` (s)', 'y']))).toBe(
    'Text.\n.Pp\n.Bl -tag -width "bcd (s)xx" -compact\n.It Sy a\nx\n.It Sy bcd No (s)\ny\n.El\n',
  );
  expect(body(bullets('a', 'b'))).toBe('.Bl -bullet\n.It\na\n.It\nb\n.El\n');
  expect(body(code(".a 'b' --c"))).toBe('.Bd -literal -offset indent\n\\&.a \\(aqb\\(aq \\-\\-c\n.Ed\n');
  expect(body(table(['a', 'b'], [['`x`', 'two words']]))).toBe(
    '.Bl -column "ax" "two wordsx"\n.It Sy a Ta Sy b\n.It Sy x Ta two words\n.El\n',
  );
  expect(body(heading('Title'), 'One.', 'Two.')).toBe('.Ss Title\nOne.\n.Pp\nTwo.\n');
});

test('a synopsis has brackets and names', () => {
  const words = '[options] [recorder[@interval]…] [interval [count]]';
  expect(body(usage({ literal: 'sdr record', words }))).toBe(
    '.Nm sdr\n.Cm record\n.Oo Ar options Oc Oo Ar recorder Ns Oo No @ Ns Ar interval Oc Ns No ... Oc Oo Ar interval Oo Ar count Oc Oc\n',
  );
});

test('folded() makes lines that a shell reads as one, and leaves what it cannot know', () => {
  const long = `sdr cpurec 1 --columns ${'x'.repeat(30)} --devices 'a b ${'y'.repeat(20)}'`;
  expect(folded('sdr cpurec 1')).toEqual(['sdr cpurec 1']);
  expect(folded(long)).toEqual([
    `sdr cpurec 1 --columns ${'x'.repeat(30)} \\`,
    `    --devices 'a b ${'y'.repeat(20)}'`,
  ]);
  expect(folded(`sdr cat a --since 1d | ${'x'.repeat(30)} -y '${'z'.repeat(20)}'`)).toEqual([
    'sdr cat a --since 1d | \\',
    `    ${'x'.repeat(30)} -y '${'z'.repeat(20)}'`,
  ]);
  expect(folded(`${long}   # why`)[0]).toBe('# why');
  for (const part of [`  ${long}`, `${long} \\`, `${long} '`]) expect(folded(part)).toEqual([part]);
});

test('small words', () => {
  expect(sentence('reads, in all')).toBe('Reads, in all.');
  expect(sentence('iPod is a name')).toBe('iPod is a name.');
  expect(sentence('Δx grows…')).toBe('Δx grows…');
  expect(references(['sdr(1)', 'a(5)', 'b(1)', 'sdr(1)'])).toBe('b(1), sdr(1), a(5)');
  expect([250, 1000, 5000, 60_000, 1_800_000, 86_400_000].map(spelledSpan)).toEqual([
    '250 ms',
    'second',
    '5 seconds',
    'minute',
    '30 minutes',
    'day',
  ]);
});
