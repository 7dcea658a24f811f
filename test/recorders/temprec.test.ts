/** Sensors by names that outlive their numbers, and temperatures that are some. */
import {
  array,
  assert,
  constantFrom,
  integer as integers,
  oneof,
  property,
  string,
  uint8Array,
  uniqueArray,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temprec } from '../../recorders/temprec.ts';
import { Csv } from '../../src/formats/csv.ts';
import { Job } from '../../src/job.ts';
import { integer, line } from '../../src/proc/attribute.ts';
import { limit, temperature } from '../../src/proc/celsius.ts';
import { Text } from '../../src/text.ts';
import { viewOf } from '../../src/view.ts';
import { sampled } from '../fake/job.ts';
import { machineOf, parsed } from '../fake/kernel.ts';

const thermal = '/sys/class/thermal/thermal_zone';
const hwmon = '/sys/class/hwmon/hwmon';

/** A machine that is recorded sample by sample. */
function recorded(texts: Readonly<Record<string, string>>) {
  const { files, told, machine } = machineOf(texts);
  const job = new Job(
    temprec,
    viewOf(temprec),
    machine,
    () => true,
    (_, message) => told.push(message),
  );
  let now = 0;
  return {
    files,
    told,
    /** The rows `after` milliseconds, without the time. */
    rows(after: number): string[] {
      now += after;
      machine.begin(now);
      const out = new Text();
      const batch = sampled(job, now, 0);
      if (batch) new Csv().rows(batch, out);
      return Buffer.from(out.view())
        .toString('latin1')
        .split('\n')
        .slice(0, -1)
        .map((row) => row.slice(2));
    },
  };
}

describe('a line of /sys', () => {
  test.each([
    ['42842\n', 42842],
    ['0\n', 0],
    ['-4832\n', -4832],
    ['-0\n', -0],
    ['2147483647\n', 2147483647],
  ])('%j is the integer %d', (text, value) => {
    expect(parsed(integer('/t'), text)).toEqual({ value });
  });

  test.each([
    '',
    '\n',
    '42842',
    '-\n',
    '--5\n',
    '- 5\n',
    ' 5\n',
    '\t5\n',
    '+5\n',
    '5 \n',
    '5 6\n',
    '4.5\n',
    '0x5\n',
    '1e3\n',
    'hot\n',
    '5\r\n',
    '5\0\n',
  ])('%j is none', (text) => {
    expect(parsed(integer('/t'), text)).toBe(null);
  });

  test('any bytes are an integer as JavaScript reads it, or none', () => {
    const digits = array(constantFrom('0', '1', '9', '-', ' ', '.', '\n'), { maxLength: 8 }).map((all) => all.join(''));
    assert(
      property(
        oneof(
          digits,
          uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
        ),
        (text) => {
          const found = parsed(integer('/t'), text);
          const first = text.split('\n')[0] ?? '';
          const isOne = text.endsWith('\n') && /^-?\d+$/.test(first);
          expect(found?.value).toBe(isOne ? Number(first) : undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('is its text without blanks at the end', () => {
    expect(parsed(line('/t'), 'INT3400 Thermal \n')).toEqual({ text: 'INT3400 Thermal' });
    expect(parsed(line('/t'), 'a\nb\n')).toEqual({ text: 'a' });
    expect(parsed(line('/t'), 'torn')).toBe(null);
  });
});

describe('a temperature', () => {
  test.each([-59_999, -5_000, 0, 42_842, 126_999])('of %d m°C is one', (value) => {
    expect(temperature(value)).toBe(value);
  });

  test.each([-273_150, -128_000, -62_000, -60_000, 127_000, 127_875, 128_000, 65_261_850, Number.NaN])(
    'of %d m°C is none',
    (value) => {
      expect(temperature(value)).toBeNaN();
    },
  );

  test.each([
    [100_000, true],
    [200_000, true],
    [0, false],
    [-32_768_000, false],
    [255_000, false],
    [65_261_850, false],
  ])('as a limit of %d m°C: %s', (value, isOne) => {
    expect(Number.isNaN(limit(value))).toBe(!isOne);
  });
});

describe('temprec', () => {
  test('refuses a machine without a sensor', () => {
    expect(() => recorded({ [`${hwmon}0/name`]: 'BAT0\n' })).toThrow(
      'This machine has no temperature sensor in /sys/class/thermal or /sys/class/hwmon',
    );
  });

  test('reads the values at each sample and looks for sensors once a minute', () => {
    const { files, rows } = recorded({ [`${thermal}0/type`]: 'cpu-thermal\n', [`${thermal}0/temp`]: '40000\n' });
    expect(rows(1000)).toEqual(['cpu-thermal,40.0,']);
    files.put(`${thermal}0/temp`, '41500\n');
    files.put(`${thermal}1/type`, 'gpu-thermal\n');
    files.put(`${thermal}1/temp`, '50000\n');
    expect(rows(5000)).toEqual(['cpu-thermal,41.5,']);
    expect(rows(53_000)).toEqual(['cpu-thermal,41.5,']);
    expect(rows(1000)).toEqual(['cpu-thermal,41.5,', 'gpu-thermal,50.0,']);
  });

  test('never tells a value under the name of the device that was there before', () => {
    const chip = (n: number, name: string, value: number) => ({
      [`${hwmon}${n}/name`]: `${name}\n`,
      [`${hwmon}${n}/temp1_input`]: `${value}\n`,
    });
    const names = uniqueArray(constantFrom('coretemp', 'k10temp', 'amdgpu', 'rp1_adc', 'jc42', 'acpitz'), {
      minLength: 1,
    });
    assert(
      property(array(names, { minLength: 2, maxLength: 6 }), (boots) => {
        const heat = (name: string) => 1000 * (20 + name.length);
        const texts = (all: readonly string[]) => Object.assign({}, ...all.map((name, n) => chip(n, name, heat(name))));
        const { files, rows } = recorded(texts(boots[0] as readonly string[]));
        for (const boot of boots) {
          for (const [path, text] of Object.entries(texts(boot) as Record<string, string>)) files.put(path, text);
          const found = rows(5000);
          expect(found).not.toEqual([]);
          for (const row of found) {
            const [id = '', value] = row.split(',');
            expect(Number(value) * 1000).toBe(heat(id.replace(/~.*/, '')));
          }
        }
      }),
    );
  });

  test('holds one descriptor for a path, however often it looks for sensors', () => {
    const { files, rows } = recorded({ [`${thermal}0/type`]: 'cpu-thermal\n', [`${thermal}0/temp`]: '40000\n' });
    let held = 0;
    const { open, close } = files;
    files.open = (...args) => {
      const fd = open.apply(files, args);
      held++;
      return fd;
    };
    files.close = (fd) => {
      held--;
      close.call(files, fd);
    };
    rows(60_000);
    const first = held;
    for (let i = 0; i < 100; i++) rows(60_000);
    expect(held).toBe(first);
  });

  test('makes whole rows of unique, plain names of whatever is there', () => {
    const word = oneof(
      string({ maxLength: 8 }),
      constantFrom('coretemp', 'nvme', 'a b', '=1', 'x,y', '', 'Package id 1'),
    ).map((text) => text.replaceAll('\n', ' '));
    const value = oneof(
      integers({ min: -300_000, max: 300_000 }).map(String),
      constantFrom('', 'x', '42.5', '99999999999999999999'),
    );
    const sensor = array(word, { minLength: 2, maxLength: 2 }).chain(([name = '', label = '']) =>
      array(value, { minLength: 2, maxLength: 2 }).map(([now = '', critical = '']) => ({ name, label, now, critical })),
    );
    assert(
      property(array(sensor, { minLength: 1, maxLength: 6 }), (all) => {
        const texts: Record<string, string> = {
          [`${thermal}0/type`]: 'cpu-thermal\n',
          [`${thermal}0/temp`]: '40000\n',
        };
        all.forEach(({ name, label, now, critical }, n) => {
          texts[`${hwmon}${n}/name`] = `${name}\n`;
          texts[`${hwmon}${n}/temp1_input`] = `${now}\n`;
          texts[`${hwmon}${n}/temp1_label`] = `${label}\n`;
          texts[`${hwmon}${n}/temp1_crit`] = `${critical}\n`;
        });
        const found = recorded(texts).rows(5000);
        for (const row of found) expect(row).toMatch(/^[A-Za-z0-9_.:@/+%~-]+,(-?\d{1,3}\.\d)?,(\d{1,3}\.\d)?$/);
        const ids = found.map((row) => row.split(',')[0]);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 500 },
    );
  });
});
