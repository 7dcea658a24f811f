/** The pictures of R and gnuplot: PNGs of the size meant, and in the SVG each value where it belongs, with gaps where nothing was measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { needs } from '../needs.ts';
import { lines, output, run } from '../program.ts';
import type { Point } from './records.ts';
import { awks, damaged, examples, numbers, pathWith, place, pngSize, recorded, series } from './records.ts';

const name = 'cpu_pct';
const file = join(place, 'cpurec.csv');
const none = join(place, 'none.csv');
const one = join(place, 'one.csv');
let cpurec = '';

beforeAll(() => {
  const whole = recorded(['cpurec'], '.1', 40)('cpurec');
  cpurec = damaged(whole, name, [20, 24], 10);
  writeFileSync(file, cpurec);
  writeFileSync(one, `${lines(cpurec).slice(0, 2).join('\n')}\n`);
  writeFileSync(
    none,
    whole.replaceAll(/^(\d.*)$/gm, (row) => row.replaceAll(/(?<=^\d[^,]*,[^,]*,.*)[^,]+/g, '')),
  );
});

interface Dot {
  readonly x: number;
  readonly y: number;
}

/** The lines of one colour in an SVG: runs of dots, each from an M over Ls to the next M. */
function drawn(svg: string, colour: RegExp): Dot[][] {
  const paths = [...svg.matchAll(/<path[^>]*?>/g)].map(([path]) => path).filter((path) => colour.test(path));
  const commands = paths.flatMap((path) => [...path.matchAll(/([ML]) ?([\d.]+)[ ,]([\d.]+)/g)]);
  const runs: Dot[][] = [];
  for (const [, command, x, y] of commands) {
    if (command === 'M') runs.push([]);
    runs.at(-1)?.push({ x: Number(x), y: Number(y) });
  }
  return runs.filter((run) => run.length > 1);
}

/** The stretches between gaps: what must be one line each. The interval is 0.1 s. */
function stretches(points: readonly Point[]): Point[][] {
  const found: Point[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const point of points) {
    if (point.cell === '' || Number(point.time) - before > 0.15) found.push([]);
    if (point.cell !== '') found.at(-1)?.push(point);
    before = Number(point.time);
  }
  return found.filter((stretch) => stretch.length > 0);
}

/** The largest distance of heights from the straight scale on which the lowest and the highest value stand. */
function offScale(values: readonly number[], heights: readonly number[]): number {
  const low = values.indexOf(Math.min(...values));
  const high = values.indexOf(Math.max(...values));
  const [a = 0, b = 0, from = 0, to = 0] = [values[low], values[high], heights[low], heights[high]];
  if (a === b) return Math.max(...heights.map((height) => Math.abs(height - from)));
  return Math.max(
    ...values.map((value, i) => Math.abs((heights[i] ?? 0) - from - ((value - a) / (b - a)) * (to - from))),
  );
}

/** How high a line is at some place; cairo leaves out the dots in the middle of a straight piece. */
function heightAt(run: readonly Dot[], x: number): number {
  const i = Math.max(
    1,
    run.findIndex((dot) => dot.x >= x - 0.1),
  );
  const [a, b] = [run[i - 1] ?? run[0], run[i] ?? run.at(-1)];
  if (!a || !b) return Number.NaN;
  return a.y + (Math.min(1, (x - a.x) / (b.x - a.x)) || 0) * (b.y - a.y);
}

/** Line by line, what was drawn is what was measured: begins, goes and ends where its values are. */
function checkLine(runs: readonly (readonly Dot[])[], points: readonly Point[]): void {
  const expected = linesOf(points);
  expect(runs).toHaveLength(expected.length);
  const times = expected.flatMap((stretch) => stretch.map(({ time }) => Number(time)));
  const [from = 0, to = 0] = [times[0], times.at(-1)];
  const [left = 0, right = 0] = [runs[0]?.[0]?.x, runs.at(-1)?.at(-1)?.x];
  const xOf = ({ time }: Point): number => left + ((Number(time) - from) / (to - from)) * (right - left);
  for (const [i, stretch] of expected.entries()) {
    const ends = [stretch[0], stretch.at(-1)].map((point) => (point ? xOf(point) : Number.NaN));
    expect(Math.abs((runs[i]?.[0]?.x ?? Number.NaN) - (ends[0] ?? 0))).toBeLessThan(0.6);
    expect(Math.abs((runs[i]?.at(-1)?.x ?? Number.NaN) - (ends[1] ?? 0))).toBeLessThan(0.6);
  }
  const heights = expected.flatMap((stretch, i) => stretch.map((point) => heightAt(runs[i] ?? [], xOf(point))));
  expect(offScale(expected.flatMap(numbers), heights)).toBeLessThan(1);
}

/** The stretches that are lines: of one value there is a dot. */
const linesOf = (points: readonly Point[]): Point[][] => stretches(points).filter(({ length }) => length > 1);

test('the records that are drawn have a gap, an empty cell and a load that changes', () => {
  for (const points of series(cpurec, name).values()) {
    expect(stretches(points).length).toBeGreaterThan(2);
    expect(points.some(({ cell }) => cell === '')).toBe(true);
  }
  const all = [...series(cpurec, name).values()].flatMap(numbers);
  expect(Math.max(...all)).toBeGreaterThan(Math.min(...all));
});

describe('plot.R', needs('Rscript'), () => {
  const draw = (at: string, ...files: string[]) =>
    run(['Rscript', join(examples, 'plot.R'), name, join(place, at), ...files]);

  test('draws a panel for each device, as PNG and SVG', () => {
    const { status, stdout, stderr } = draw('r.png', file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const all = [...series(cpurec, name)];
    expect(lines(stdout)).toEqual(
      all.map(
        ([device, points]) => `${device}: values ${numbers(points).length}, gaps ${stretches(points).length - 1}`,
      ),
    );
    const { width, height } = pngSize(join(place, 'r.png'));
    expect(width).toBeGreaterThanOrEqual(990);
    expect(height).toBeGreaterThanOrEqual(110 * Math.min(all.length, 16));
    const runs = drawn(readFileSync(join(place, 'r.svg'), 'utf8'), /stroke:rgb\(0%,44\.\d+%,69\.\d+%\)/);
    for (const [, points] of all) checkLine(runs.splice(0, linesOf(points).length), points);
    expect(runs).toEqual([]);
  });

  test('reads several days, in whatever order, with other columns in later ones', () => {
    const [header = '', ...rows] = lines(cpurec);
    // Between the days is the gap.
    const times = rows.map((row) => Number(row.split(',')[0]));
    const half = times.findIndex((time, i) => i > 0 && time - (times[i - 1] ?? time) > 0.4);
    expect(half).toBeGreaterThan(0);
    const day = join(place, 'day1.csv');
    const next = join(place, 'day2.csv');
    writeFileSync(day, `${[header, ...rows.slice(0, half)].join('\n')}\n`);
    writeFileSync(next, `${[`${header},new_pct`, ...rows.slice(half).map((row) => `${row},1.00`)].join('\n')}\n`);
    const { stdout } = draw('r.png', file);
    expect(draw('days.png', next, day)).toMatchObject({ status: 0, stderr: '' });
    expect(lines(draw('days.png', next, day).stdout).sort()).toEqual(lines(stdout).sort());
    const picture = (at: string) => drawn(readFileSync(join(place, at), 'utf8'), /stroke:rgb\(0%,44\.\d+%,69\.\d+%\)/);
    expect(picture('days.svg').flat()).toHaveLength(picture('r.svg').flat().length);
  });

  test('draws a single sample', () => {
    expect(draw('one.png', one)).toMatchObject({ status: 0, stderr: '' });
    expect(pngSize(join(place, 'one.png')).width).toBeGreaterThanOrEqual(990);
  });

  test('says when there is nothing to draw', () => {
    expect(draw('none.png', none)).toMatchObject({ status: 1, stdout: '', stderr: `plot.R: no value of ${name}\n` });
  });
});

describe('plot.gnuplot', needs('gnuplot'), () => {
  const draw = (at: string, from = file, awk = '') =>
    run(['gnuplot', '-c', join(examples, 'plot.gnuplot'), name, join(place, at), from], {
      env: { PATH: pathWith(awk) },
    });

  test('draws a PNG, also of a single sample', () => {
    expect(draw('g.png')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(pngSize(join(place, 'g.png'))).toEqual({ width: 1000, height: 440 });
    expect(draw('one.png', one)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(pngSize(join(place, 'one.png'))).toEqual({ width: 1000, height: 440 });
  });

  describe.each(Object.keys(awks))('by %s', (awk) => {
    test('draws a line for each device, with gaps', needs(awk), () => {
      expect(draw('g.svg', file, awk)).toMatchObject({ status: 0, stdout: '', stderr: '' });
      const svg = readFileSync(join(place, 'g.svg'), 'utf8');
      const colour = /stroke='rgb\(/;
      const plots = svg.split(/<g id="gnuplot_plot_\d+" ?>/).slice(1);
      expect(plots).toHaveLength(series(cpurec, name).size);
      for (const [i, [device, points]] of [...series(cpurec, name)].entries()) {
        expect(plots[i]).toContain(`<text>${device}</text>`);
        // The first line of each is the one in the legend.
        checkLine(drawn(plots[i] ?? '', colour).slice(1, 1 + linesOf(points).length), points);
      }
    });
  });

  test('says when there is nothing to draw', () => {
    expect(draw('none.png', none)).toMatchObject({ status: 1, stdout: '', stderr: `gaps.awk: no value of ${name}\n` });
  });
});

describe.each(Object.entries(awks))('gaps.awk by %s', (_, words) => {
  test('leaves an empty line where a gap is', needs(words[0]), () => {
    const text = output([...words, '-v', `column=${name}`, '-f', join(examples, 'gaps.awk'), file], {
      env: { LC_ALL: 'C' },
    });
    const expected = [...series(cpurec, name)].map(([device, points]) => {
      const blocks = stretches(points).map((stretch) => stretch.map(({ time, cell }) => `${time} ${cell}\n`).join(''));
      return `${device}\n${blocks.join('\n')}`;
    });
    expect(text).toBe(expected.join('\n\n'));
  });
});
