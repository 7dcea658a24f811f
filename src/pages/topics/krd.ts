/** sdr-krd(5): the predecessor's layout, and where our numbers differ from what it wrote. */

import { inventory } from '../../formats/krd/inventory.ts';
import type { Cell } from '../../formats/krd/layouts.ts';
import { layouts } from '../../formats/krd/layouts.ts';
import type { Page, Section } from '../page.ts';
import { bullets, code, narrow, references } from '../page.ts';

export function krdPage(): Page {
  return {
    name: 'sdr-krd',
    section: 5,
    summary: "the predecessor's layout of sysrec, cpurec, diskrec, nicrec and hdwrec",
    sections: [
      {
        title: 'DESCRIPTION',
        blocks: [
          'For scripts that read the files of SystemDataRecorder and Kronometrix, `sdr record --format krd` writes their layout: fields between colons in their order, no header, kB, and `NA` for what has no source. With `-o` it appends to one file a recorder, `sysrec.krd`, for ever: rename it when you like (logrotate with `nocreate`), the next sample makes a new one.',
          code('sdr record sysrec cpurec 60 --format krd -o /var/lib/krd'),
          'Time comes first, then the device where there are several; a colon in a device name is written as %3A. The layout has no room for new columns, units or a version: use sdr-csv(5) for everything new.',
        ],
      },
      ...Object.entries(layouts).map(([name, { cells, differs }]) => layoutSection(name, cells, differs)),
      layoutSection(inventory.recorder, inventory.fields, ['disks and interfaces are those that hdwrec shows']),
      {
        title: 'WHAT DIFFERS IN GENERAL',
        blocks: [
          bullets(
            'The time is the tick that the row was due at, the same for all rows of a sample. It was rounded when the row was printed, so it could lie in the future.',
            'The first row comes a whole interval after the start. It covered a tenth of a second.',
            'A counter that went back gives NA. It gave 0.00.',
            'Rates are divided by the time that really passed, to the millisecond. It was rounded to 10 ms.',
          ),
        ],
      },
      { title: 'SEE ALSO', blocks: [references(['sdr(1)', 'sdr-csv(5)', 'sdr-record(1)'])] },
    ],
  };
}

/** The fields by number, and behind each what is not as it was. */
function layoutSection(
  name: string,
  cells: readonly Pick<Cell, 'name' | 'differs'>[],
  differs: readonly string[],
): Section {
  const first = name === 'sysrec' || name === inventory.recorder ? 2 : 3;
  const odd = cells.filter((cell) => cell.differs !== '');
  const order = cells.map((cell, i) => `${i + first} ${cell.name}`).join(' · ');
  const head = first === 2 ? '1 timestamp' : '1 timestamp · 2 device';
  return {
    title: name.toUpperCase(),
    blocks: [
      `${head} · ${order}`,
      ...(odd.length > 0 ? ['Not as it was:', narrow(...odd.map((cell) => [cell.name, cell.differs] as const))] : []),
      ...(differs.length > 0 ? [bullets(...differs)] : []),
    ],
  };
}
