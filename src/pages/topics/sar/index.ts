/** sdr-sar(7): for each flag of sar, iostat, mpstat and vmstat, what answers it. */
import { folded } from '../../fold.ts';
import type { Block, Page, Section } from '../../page.ts';
import { bullets, code, heading, narrow, references } from '../../page.ts';
import type { Answer, Silence, Tool } from './answer.ts';
import { commandOf } from './answer.ts';
import { iostat, mpstat, vmstat } from './others.ts';
import { sar } from './sar.ts';

export const tools: readonly Tool[] = [sar, iostat, mpstat, vmstat];

const introduction: readonly Block[] = [
  'For each flag of sar(1), iostat(1), mpstat(1) and vmstat(8) this page names the recorder, the columns and the command that answer it, and says where sdr has no answer. Every command goes on until a signal; a number behind the interval ends it after that many rows. What holds for all of them:',
  bullets(
    'Amounts are bytes, never kilobytes, blocks or pages; shares and times are the same units, % and ms.',
    "Rates are exact: divided by the seconds that the row covers to the millisecond, so that rate × `interval_s` is the kernel's count again. sysstat counts time in hundredths.",
    'The first row comes after the first interval. No row is an average since boot.',
    'What this machine does not have is an empty cell, not 0.',
    'Times are epoch seconds on multiples of the interval; sdr-cat(1) prints local time with `--local`.',
  ),
];

export const sarPage = (): Page => ({
  name: 'sdr-sar',
  section: 7,
  summary: 'sdr for people who know sar, iostat, mpstat and vmstat',
  sections: [
    { title: 'DESCRIPTION', blocks: introduction },
    ...tools.map(toolSection),
    {
      title: 'WHAT THEY DO NOT TELL',
      blocks: [
        'Worth a look by those who come from there:',
        narrow(
          [
            'sysrec(1)',
            'CPU, memory, disks, network and pressure of a host in one row; `cpu_headroom_pct`; `oom_kills_total`',
          ],
          ['xenrec(1)', 'domains of a Xen host'],
          ['pirec(1)', 'under-voltage and throttling of a Raspberry Pi'],
          ['hdwrec(1)', 'the inventory, and what changed in it'],
          ['selfrec(1)', 'what the recording itself costs, and what it lost'],
        ),
      ],
    },
    {
      title: 'SEE ALSO',
      blocks: [
        references([
          'iostat(1)',
          'mpstat(1)',
          'sar(1)',
          'sdr(1)',
          'sdr-cat(1)',
          'sdr-record(1)',
          'sdr-stats(1)',
          'sysrec(1)',
          'cpurec(1)',
          'diskrec(1)',
          'nicrec(1)',
          'sdr-csv(5)',
          'vmstat(8)',
        ]),
      ],
    },
  ],
});

function toolSection({ title, remarks, answers, silences, manners }: Tool): Section {
  return {
    title,
    blocks: [
      ...remarks,
      ...answers.flatMap(answerBlocks),
      heading('No answer'),
      ...silenceBlocks(silences),
      heading('Other flags'),
      narrow(...manners),
    ],
  };
}

function answerBlocks(answer: Answer): readonly Block[] {
  const { flags, about, recorder, fields, remark } = answer;
  return [
    heading(`${flags}: ${about}`),
    `${recorder}(1):`,
    code(...folded(commandOf(answer))),
    narrow(...fields),
    ...(remark === undefined ? [] : [remark]),
  ];
}

const silenceBlocks = (silences: readonly Silence[]): readonly Block[] => [
  narrow(...silences.map(({ flags, about, why }): [string, string] => [flags, `${about}: ${why}.`])),
];
