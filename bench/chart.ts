import type { Series } from './scale.ts';

const width = 760;
const height = 480;
const margin = { left: 64, right: 150, top: 48, bottom: 52 };
const colours = ['#1b6ca8', '#c2571a', '#3c8d40', '#7a4fa3'];

/** A chart with two logarithmic scales: a straight line of slope 1 is linear cost; a flat start is the base cost. */
export function drawChart(title: string, all: readonly Series[]): string {
  const drawn = all.filter(({ points }) => points.length > 0);
  const costs = drawn.flatMap(({ points }) => points.map(([, ms]) => Math.max(ms, 0.01)));
  const sizes = drawn.flatMap(({ points }) => points.map(([size]) => size));
  const x = logScale(decades(sizes), margin.left, width - margin.right);
  const y = logScale(decades(costs), height - margin.bottom, margin.top);
  const recorders = [...new Set(drawn.map(({ recorder }) => recorder))];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${margin.left}" y="26" font-size="16">${escaped(title)}</text>`,
    ...decades(sizes).map((value) => verticalRule(x(value), String(value))),
    ...halves(decades(costs)).map((value) => horizontalRule(y(value), `${value} ms`)),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 12}" text-anchor="middle">devices</text>`,
    ...drawn.map((one) => curve(one, colours[recorders.indexOf(one.recorder)] ?? 'black', x, y)),
    ...drawn.map((one, row) => legend(one, colours[recorders.indexOf(one.recorder)] ?? 'black', row)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

type Scale = (value: number) => number;

/** The powers of ten around the values. */
function decades(values: readonly number[]): number[] {
  const from = Math.floor(Math.log10(Math.min(1, ...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(1, ...values))));
  return Array.from({ length: to - from + 1 }, (_, place) => Number((10 ** (from + place)).toPrecision(1)));
}

function logScale(marks: readonly number[], start: number, end: number): Scale {
  const low = Math.log10(marks[0] ?? 1);
  const high = Math.log10(marks.at(-1) ?? 10);
  return (value) => start + ((Math.log10(Math.max(value, 0.01)) - low) / (high - low)) * (end - start);
}

/** 1, 2, 5, 10 …: with the marks between. */
function halves(marks: readonly number[]): number[] {
  const all = marks.flatMap((mark) => [mark, 2 * mark, 5 * mark]).slice(0, -2);
  return all.map((mark) => Number(mark.toPrecision(1)));
}

function verticalRule(at: number, label: string): string {
  const rule = `<path d="M${at} ${margin.top}V${height - margin.bottom}" stroke="#ddd"/>`;
  return `${rule}<text x="${at}" y="${height - margin.bottom + 18}" text-anchor="middle">${label}</text>`;
}

function horizontalRule(at: number, label: string): string {
  const rule = `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#ddd"/>`;
  return `${rule}<text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${label}</text>`;
}

function dashes({ active }: Series): string {
  return active ? '' : ' stroke-dasharray="5 4"';
}

function curve(series: Series, colour: string, x: Scale, y: Scale): string {
  const places = series.points.map(([size, ms]) => [x(size).toFixed(1), y(ms).toFixed(1)] as const);
  const path = places.map((at) => at.join(' ')).join('L');
  const line = `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"`;
  const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`);
  return `${line}${dashes(series)}/>${dots.join('')}`;
}

function legend(series: Series, colour: string, row: number): string {
  const left = width - margin.right + 14;
  const at = margin.top + 12 + row * 22;
  const line = `<path d="M${left} ${at}h28" stroke="${colour}" stroke-width="2"${dashes(series)}/>`;
  const what = `${series.recorder} ${series.active ? 'active' : 'idle'}`;
  return `${line}<text x="${left + 36}" y="${at + 4}">${escaped(what)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
