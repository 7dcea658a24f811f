/** Every example is on the page, fails in one line when something is missing, and the commands of the page work in their order. */
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../needs.ts';
import { output, run } from '../program.ts';
import { awks, examples, pathWith, place, recorded, script } from './records.ts';

const name = 'cpu_pct';
const file = join(place, 'cpurec.csv');
const page = readFileSync(join(examples, 'README.md'), 'utf8');
let cpurec = '';

beforeAll(() => {
  cpurec = recorded(['cpurec'], '.1', 3)('cpurec');
  writeFileSync(file, cpurec);
});

describe('every script', () => {
  const all = readdirSync(examples).filter((each) => each !== 'README.md');

  test.each(all)('%s is on the page', (each) => {
    expect(page).toContain(each);
  });

  const shells: Readonly<Record<string, readonly [tool: string, ...args: string[]]>> = {
    'stats.sh': ['mlr', 'nope'],
    'wide.sh': ['mlr', 'nope'],
    'rrd-update.sh': ['rrdtool', 'rrd', 'cpurec', '1', 'nope'],
  };
  for (const [each, [tool, ...args]] of Object.entries(shells)) {
    test(`${each} says in one line which column is missing`, needs(tool), () => {
      const { status, stdout, stderr } = script(each, args, cpurec);
      expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${each}: no column nope\n` });
    });
  }

  const pictures: Readonly<Record<string, readonly [string, ...string[]]>> = {
    'plot.R': ['Rscript', `${examples}/plot.R`],
    'plot.gnuplot': ['gnuplot', '-c', `${examples}/plot.gnuplot`],
  };
  for (const [each, [tool, ...words]] of Object.entries(pictures)) {
    test(`${each} says in one line which column is missing`, needs(tool), () => {
      const { status, stdout, stderr } = run([tool, ...words, 'nope', join(place, 'nope.png'), file]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^\S+: no column nope( in \S+)?\n$/);
    });
  }

  const awkPrograms = ['busiest.awk', 'live.awk', 'gaps.awk'];
  describe.each(Object.entries(awks))('%s', (_, words) => {
    test.each(awkPrograms)('%s says in one line which column is missing', needs(words[0]), (each) => {
      const options = ['-v', 'column=nope', '-v', 'above=1', '-f', join(examples, each)];
      const { status, stdout, stderr } = run([...words, ...options, file], { env: { LC_ALL: 'C' } });
      expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: `${each}: no column nope\n` });
    });
  });

  const tools: Readonly<Record<string, readonly [tool: string, ...args: string[]]>> = {
    'stats.sh': ['mlr', name],
    'wide.sh': ['mlr', name],
    'sqlite.sh': ['sqlite3', 'a.db', 'cpurec'],
    'rrd-create.sh': ['rrdtool', 'a.rrd', '1', name],
    'rrd-update.sh': ['rrdtool', 'rrd', 'cpurec', '1', name],
    'rrd-graph.sh': ['rrdtool', 'a.png', name, 'end-1h', 'now', 'a.rrd'],
    'textfile.sh': ['sdr', 'data', 'a.prom', 'cpurec'],
  };
  test.each(Object.entries(tools))('%s says in one line which program is missing', (each, [tool, ...args]) => {
    const { status, stdout, stderr } = run(['/bin/sh', join(examples, each), ...args], { env: { PATH: '/nowhere' } });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${each}: ${tool} is not installed: .*\n$`));
  });
});

test(
  'what the page says works, in order',
  needs('mlr', 'sqlite3', 'Rscript', 'gnuplot', 'rrdtool', 'jq', 'gawk'),
  () => {
    const at = join(place, 'page');
    output(['mkdir', at]);
    symlinkSync(examples, join(at, 'examples'));
    const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
    expect(blocks.length).toBeGreaterThan(8);
    const { status, stdout, stderr } = run(['sh', '-ec', blocks.join('\n')], { cwd: at, env: { PATH: pathWith() } });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain('ERROR');
    expect(readdirSync(at)).toEqual(expect.arrayContaining(['cpu.png', 'cpu.svg', 'lines.png', 'rrd.png', 'sdr.prom']));
  },
);

test('KEY names the key column of a recorder of your own', needs('mlr', 'gnuplot'), () => {
  const ups = join(place, 'ups.csv');
  writeFileSync(ups, 'time,ups,load_pct\n1795000000,left,5.0\n1795000000,right,7.0\n');
  const said = (command: string): string =>
    output(['sh', '-c', `KEY=ups ${command}`], { cwd: place, env: { examples, PATH: pathWith() } });
  expect(said('$examples/wide.sh load_pct < ups.csv')).toBe('time,left,right\n1795000000,5.0,7.0\n');
  expect(said('$examples/stats.sh load_pct < ups.csv')).toContain('\nright,1,7,7.0,7.0\n');
  expect(said('$examples/influx.sh ups < ups.csv')).toContain('ups,ups=right load_pct=7.0 1795000000000\n');
  said('gnuplot -c $examples/plot.gnuplot load_pct ups.svg ups.csv');
  expect(readFileSync(join(place, 'ups.svg'), 'utf8')).toContain('<text>right</text>');
});
