/** Plain text: what `sdr help` prints. */
import { expect, test } from 'vitest';
import { bullets, code, heading, narrow, table, terms, usage } from '../../src/pages/page.ts';
import { plain } from '../../src/pages/plain.ts';

const page = {
  name: 'sdr-try',
  section: 1,
  summary: 'try it',
  sections: [
    { title: 'SYNOPSIS', blocks: [usage({ literal: 'sdr try', words: '[options] DIR…' })] },
    {
      title: 'DESCRIPTION',
      blocks: [
        `Reads \`a_pct\` and \`sdr try\` of <dir>, and ${'goes on '.repeat(8)}here.`,
        heading('Title'),
        terms(['`-o`, --output <dir>', 'One.', 'Two.'], ['1', 'Short.']),
        narrow(['`a`', 'x'], ['`bcd`', 'y']),
        bullets('a', 'b'),
        code('sdr | x', '', '  y'),
        table(['name', 'b'], [['`x`', '1']]),
        { kind: 'terms', isNarrow: false, items: [{ term: '`c`', text: ['Words.'], display: 'Δa / b' }] },
      ],
    },
  ],
} as const;

test('plain() is a page in 78 columns', () => {
  expect(plain(page)).toBe(`SDR-TRY(1)                                                          SDR-TRY(1)

NAME
     sdr-try – try it

SYNOPSIS
     sdr try [options] DIR…

DESCRIPTION
     Reads a_pct and 'sdr try' of <dir>, and goes on goes on goes on goes on
     goes on goes on goes on goes on here.

   Title
     -o, --output <dir>
             One.

             Two.

     1       Short.

     a    x
     bcd  y

     •   a
     •   b

         sdr | x

           y

     name  b
     x     1

     c       Words.
                 Δa / b
`);
});
