/** The manual as a whole: it says all that is declared, nothing that is not, and printers of manuals find no fault in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { recorders } from '../../recorders/index.ts';
import { commonOptions } from '../../src/command.ts';
import { all } from '../../src/commands/index.ts';
import { exits } from '../../src/errors.ts';
import { spansOf } from '../../src/pages/inline.ts';
import { manual } from '../../src/pages/manual.ts';
import { mdoc } from '../../src/pages/mdoc.ts';
import type { Block, Page } from '../../src/pages/page.ts';
import { titleOf } from '../../src/pages/page.ts';
import { plain } from '../../src/pages/plain.ts';
import { columnsOf, commandOf } from '../../src/pages/topics/sar/answer.ts';
import { tools } from '../../src/pages/topics/sar/index.ts';
import { viewOf } from '../../src/view.ts';
import { needs } from '../system/needs.ts';
import { run } from '../system/program.ts';

const commands = await all();

const pages = manual({ commands, recorders });
const named = pages.map((page) => [titleOf(page), page] as const);

const blocks = (page: Page): readonly Block[] => page.sections.flatMap((section) => section.blocks);

/** Terms of all lists of a section. */
const termsOf = (page: Page | undefined, title: string): string[] =>
  (page?.sections ?? [])
    .filter((section) => section.title === title)
    .flatMap((section) => section.blocks)
    .flatMap((block) => (typeof block === 'object' && block.kind === 'terms' ? block.items : []))
    .map(({ term }) => term);

const find = (name: string): Page | undefined => pages.find((page) => page.name === name);

describe('printers of manuals', () => {
  const root = mkdtempSync(`${tmpdir()}/sdr-manual-`);
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const file = ({ name, section }: Page): string => `${root}/${name}.${section}`;
  for (const page of pages) writeFileSync(file(page), mdoc(page));
  /** Pages of others may not be installed. */
  const isOurs = (line: string): boolean =>
    !line.includes('referenced manual not found') || /: Xr (sdr\b|\w+rec )/.test(line);

  test('mandoc has nothing to remark, and finds every page of ours that another refers to', needs('mandoc'), () => {
    const { stdout } = run(['mandoc', '-T', 'lint', ...pages.map(file)], { cwd: root });
    expect(stdout.split('\n').filter((line) => line !== '' && isOurs(line))).toEqual([]);
  });

  test('groff has nothing to remark', needs('groff'), () => {
    for (const device of ['utf8', 'ps']) {
      for (const page of pages) {
        const { stdout, stderr } = run(['groff', '-mdoc', '-ww', '-z', '-t', `-T${device}`, file(page)]);
        expect(stdout + stderr).toBe('');
      }
    }
  });

  test('lexgrog finds a name and a line about it, for apropos', needs('lexgrog'), () => {
    for (const page of pages) {
      const { stdout } = run(['lexgrog', file(page)]);
      expect(stdout).toContain(`"${page.name} - ${page.summary.slice(0, 10)}`);
    }
  });
});

describe.each(named)('%s', (_, page) => {
  test('is ASCII with sections in their order', () => {
    const text = mdoc(page);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
    expect(/[^\x00-\x7f]/.exec(text)).toBeNull();
    const titles = page.sections.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.every((title) => title === title.toUpperCase() || title.includes('--'))).toBe(true);
  });

  test('is plain text that fits on a page', () => {
    const tooLong = plain(page)
      .split('\n')
      .filter((line) => [...line].length > 80 && !line.includes('/sys/'));
    expect(tooLong).toEqual([]);
    expect(plain(page)).not.toMatch(/[`]|undefined|\[object|\n\n\n/);
  });

  test('refers to pages that exist', () => {
    const references = [...plain(page).matchAll(/(?<![\w.-])((?:sdr|\w+rec)[\w-]*\(\d\))/g)].map(([name]) => name);
    expect(references.filter((name) => !named.some(([title]) => title === name))).toEqual([]);
    expect(blocks(page).length).toBeGreaterThan(0);
  });
});

describe.each(commands.map((command) => [command.name, command] as const))('sdr-%s(1)', (name, command) => {
  const page = find(`sdr-${name}`);
  const options = termsOf(page, 'OPTIONS');

  test('has every option once', () => {
    const long = (flags: string) => /--[a-z-]+/.exec(flags)?.[0];
    expect(options.map(long)).toEqual([...command.options, ...commonOptions].map(({ flags }) => long(flags)));
  });

  test('ends in ways that exist', () => {
    const codes = Object.values(exits).map(({ code }) => String(code));
    const told = termsOf(page, 'EXIT STATUS');
    expect(told).toEqual(codes.filter((code) => told.includes(code)));
    expect(told).toContain('0');
    expect(told).toContain('64');
  });
});

test.each(commands.flatMap(({ name, notes }) => (notes ? [[name, notes] as const] : [])))(
  'sdr-%s(1) has the notes of its command',
  (name, notes) => {
    const page = find(`sdr-${name}`);
    const text = page ? plain(page) : '';
    for (const { title } of notes) expect(text).toMatch(new RegExp(`^ {3,5}${title}\\b`, 'm'));
  },
);

describe.each(recorders.map((recorder) => [recorder.name, recorder] as const))('%s(1)', (name, recorder) => {
  const page = find(name);
  const names = (title: string) => termsOf(page, title).map((term) => /`([^`]+)`/.exec(term)?.[1]);

  test('has every column in the order of the header', () => {
    expect(names('COLUMNS')).toEqual(viewOf(recorder).header.split(','));
  });

  test('has what --counters adds', () => {
    const known = viewOf(recorder).header.split(',');
    const counters = viewOf(recorder, { counters: true }).header.split(',');
    expect(names('WITH --counters')).toEqual(counters.filter((column) => !known.includes(column)));
  });

  test('has notes', () => {
    expect(recorder.notes?.length ?? 0).toBeGreaterThan(0);
  });
});

describe('sdr-sar(7)', () => {
  const answers = tools.flatMap(({ title, answers }) => answers.map((answer) => ({ title, ...answer })));

  test.each(answers.map((answer) => [`${answer.title} ${answer.flags}`, answer] as const))('%s', (_, answer) => {
    const recorder = recorders.find(({ name }) => name === answer.recorder);
    expect(recorder?.name).toBe(answer.recorder);
    if (!recorder) return;
    const header = viewOf(recorder, { counters: answer.counters ?? false }).header.split(',');
    const columns = columnsOf(answer);
    expect(columns.filter((column) => !header.includes(column))).toEqual([]);
    expect(columns.length).toBeGreaterThan(0);
    for (const column of commandOf(answer)
      .match(/(?<=--columns )\S+/g)
      ?.flatMap((list) => list.split(',')) ?? []) {
      expect(columns).toContain(column);
    }
  });

  test('says something of every flag of sar, iostat, mpstat and vmstat', () => {
    const flags = {
      SAR:
        '-A -B -b -C -D -d -e -F -f -H -h -I -i -j -m -n -o -P -p -q -r -S -s -t -u -v -W -w -y -z ' +
        '--dec --dev --fs --human --iface --int --pretty --sadc',
      IOSTAT: '-c -d -f -g -H -h -j -k -m -N -o -p -s -t -x -y -z --compact --dec --human',
      MPSTAT: '-A --dec -I -N -n -o -P -T -u',
      VMSTAT: '-a -f -m -n -s -d -D -p -S -t -w -y',
    } as const;
    for (const { title, answers, silences, manners } of tools) {
      const said = [
        ...answers.map(({ flags }) => flags),
        ...silences.map(({ flags }) => flags),
        ...manners.map(([f]) => f),
      ];
      const words = said.flatMap((text) => text.split(/[ ,[\]]+/));
      const missing = flags[title as keyof typeof flags].split(' ').filter((flag) => !words.includes(flag));
      expect({ title, missing }).toEqual({ title, missing: [] });
    }
  });

  test('has every report of sar -n and -q', () => {
    const sar = tools[0];
    const text = [...(sar?.answers ?? []), ...(sar?.silences ?? [])].map(({ flags }) => flags).join(' ');
    const reports =
      'DEV EDEV FC ICMP EICMP ICMP6 EICMP6 IP EIP IP6 EIP6 NFS NFSD SOCK SOCK6 SOFT TCP ETCP UDP UDP6 CPU IO LOAD MEM PSI';
    expect(reports.split(' ').filter((report) => !text.split(/[ ,]+/).includes(report))).toEqual([]);
  });
});

test('words between backticks are closed', () => {
  const texts = pages.flatMap(blocks).filter((block) => typeof block === 'string');
  for (const text of texts) {
    expect(spansOf(text).filter(({ style, text }) => style === 'plain' && text.includes('`'))).toEqual([]);
  }
});
