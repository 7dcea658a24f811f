/** The firmware of a Raspberry Pi: what vcgencmd prints, what it prints instead, and how it is asked. */
import { array, assert, constantFrom, integer, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pirec } from '../../recorders/pirec.ts';
import type { Ran } from '../../src/host.ts';
import { Job } from '../../src/job.ts';
import { Machine } from '../../src/machine.ts';
import type { Answer, Question } from '../../src/proc/vcgencmd.ts';
import { answerOf } from '../../src/proc/vcgencmd.ts';
import { noSystem } from '../../src/tape-system.ts';
import { viewOf } from '../../src/view.ts';
import { FakeFiles } from '../fake/files.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const ran = (stdout: string, rest: Partial<Omit<Ran, 'stdout' | 'stderr'>> & { stderr?: string } = {}): Ran => ({
  status: 0,
  failure: '',
  ...rest,
  stdout: bytes(stdout),
  stderr: bytes(rest.stderr ?? ''),
});

describe('vcgencmd', () => {
  test.each<[Question, string, number]>([
    ['clock', 'frequency(45)=700074000\n', 700074000],
    ['clock', 'frequency(48)=600169920\n', 600169920],
    ['clock', 'frequency(0)=2400023808\n', 2400023808],
    ['volts', 'volt=1.2000V\n', 1.2],
    ['volts', 'volt=0.8563V\n', 0.8563],
    ['volts', 'volt=1V\n', 1],
    ['temperature', "temp=42.8'C\n", 42.8],
    ['temperature', "temp=-3.2'C\n", -3.2],
    ['temperature', "temp=100'C\n", 100],
    ['throttled', 'throttled=0x0\n', 0],
    ['throttled', 'throttled=0x50005\n', 0x50005],
    ['throttled', 'throttled=0xE0008\n', 0xe0008],
    ['throttled', 'throttled=0xffffffff', 0xffffffff],
    ['throttled', 'throttled=327685\n', 327685],
    ['throttled', 'throttled=0x0\0\n', 0],
  ])('answers %s with %j', (question, text, value) => {
    expect(answerOf(question, ran(text))).toEqual({ value, trouble: '', kind: 'answered' });
  });

  test.each<[Question, string]>([
    ['clock', ''],
    ['clock', 'frequency(48)=0\n'],
    ['clock', 'frequency()=600169920\n'],
    ['clock', 'frequency(48)=-600169920\n'],
    ['clock', 'frequency(48)=600169920 Hz\n'],
    ['clock', 'frequency(48)=600169920123\n'],
    ['clock', ' frequency(48)=600169920\n'],
    ['clock', 'frequency(48)=1\nfrequency(48)=2\n'],
    ['volts', 'volt=1.2000\n'],
    ['volts', 'volt=V\n'],
    ['volts', 'volt=1,2000V\n'],
    ['volts', 'volt=.5V\n'],
    ['temperature', 'temp=42.8\n'],
    ['temperature', "temp=42.8'F\n"],
    ['temperature', "temp='C\n"],
    ['throttled', 'throttled=50005x\n'],
    ['throttled', 'throttled=0x\n'],
    ['throttled', 'throttled=0x123456789\n'],
    ['throttled', 'throttled=0x5000g\n'],
    ['throttled', 'throttled=-1\n'],
    ['throttled', 'ioctl_set_msg failed:-1\n'],
  ])('does not answer %s with %j', (question, text) => {
    const { value, kind, trouble } = answerOf(question, ran(text));
    expect([value, kind]).toEqual([Number.NaN, 'odd']);
    expect(trouble).toMatch(/^Cannot parse vcgencmd \w+( \w+)?: expected ".*", got ".*"$/);
  });

  test.each<[string, Ran, Answer['kind'], string]>([
    [
      'Raspberry Pi OS',
      ran("Can't open device file: /dev/vcio\nTry creating a device file with: sudo mknod /dev/vcio c 100 0\n", {
        status: 255,
      }),
      'refused',
      'vcgencmd may not ask the firmware ("Can\'t open device file: /dev/vcio"): only root and group video may',
    ],
    ['its old images', ran('VCHI initialization failed\n', { status: 255 }), 'refused', 'VCHI initialization failed'],
    [
      'old libraries',
      ran('', { status: 255, stderr: '* failed to open vchiq instance\n' }),
      'refused',
      'failed to open vchiq',
    ],
    ['a status that is lost', ran("Can't open device file: /dev/vcio\n"), 'refused', 'group video'],
    ['a firmware that hangs', ran('', { status: null, failure: 'ETIMEDOUT' }), 'silent', 'gave no answer in 2 s'],
    [
      'a program that is no program',
      ran('', { status: null, failure: 'EACCES' }),
      'broken',
      'Cannot run vcgencmd get_throttled: EACCES',
    ],
    [
      'a library that is missing',
      ran('', { status: 127, stderr: 'vcgencmd: error while loading shared libraries: libvcos.so\n' }),
      'broken',
      'failed with status 127 ("vcgencmd: error while loading shared libraries: libvcos.so")',
    ],
    ['a crash', ran('throttled=0x0\n', { status: null }), 'broken', 'failed with status none'],
    [
      'an unknown command',
      ran('error=1 error_msg="Command not registered"\n'),
      'odd',
      'The firmware has no vcgencmd get_throttled',
    ],
    [
      'the same since 2022',
      ran('vc_gencmd_read_response returned 1\nerror=1\n', { status: 1 }),
      'odd',
      'The firmware has no',
    ],
  ])('says what is wrong: %s', (_, answer, kind, words) => {
    const found = answerOf('throttled', answer);
    expect([found.kind, found.value]).toEqual([kind, Number.NaN]);
    expect(found.trouble).toContain(words);
  });

  test('never answers with what is no number, and says what it met in one line of plain characters', () => {
    const piece = oneof(
      constantFrom(
        'throttled=',
        '0x5',
        'frequency(45)=',
        'volt=',
        'V',
        "temp=4.2'C",
        '\n',
        '\0',
        '\u001b[31m',
        'é',
        '-',
      ),
      integer().map(String),
      string({ maxLength: 5 }),
    );
    const question = constantFrom<Question[]>('clock', 'volts', 'temperature', 'throttled');
    assert(
      property(question, array(piece), integer({ min: 0, max: 2 }), (asked, parts, status) => {
        const { value, trouble, kind } = answerOf(asked, ran(parts.join(''), { status }));
        expect(Number.isFinite(value)).toBe(kind === 'answered');
        expect(trouble).toMatch(/^[ -~]*$/);
        expect(trouble === '').toBe(kind === 'answered');
        expect(trouble.length).toBeLessThan(200);
      }),
      { numRuns: 2000 },
    );
  });
});

const thermal = '/sys/class/thermal/thermal_zone0';
const clock = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq';

/** To four decimals, which no column has more of. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** A Raspberry Pi whose vcgencmd answers when the test says so. */
function board(more: Readonly<Record<string, string>> = {}, where: () => string | null = () => '/usr/bin/vcgencmd') {
  const files = new FakeFiles();
  const texts = {
    '/proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0',
    [`${thermal}/type`]: 'cpu-thermal\n',
    [`${thermal}/temp`]: '42842\n',
    [clock]: '1500000\n',
    ...more,
  };
  for (const [path, text] of Object.entries(texts)) if (text !== '') files.put(path, text);
  const asked: { words: string; answer: (ran: Ran) => void }[] = [];
  const told: string[] = [];
  const rows: number[][] = [];
  const warn = (condition: string, message: string) => told.push(`${condition} | ${message}`);
  const system = {
    ...noSystem,
    find: where,
    run(_: string, args: readonly string[], limit: number, then: (ran: Ran) => void) {
      asked.push({ words: `${args.join(' ')} in ${limit}`, answer: then });
    },
  };
  const machine = new Machine(files, '', warn, { system });
  const job = new Job(pirec, viewOf(pirec), machine, () => true, warn);
  return {
    files,
    told,
    rows,
    job,
    waiting: () => asked.map(({ words }) => words),
    sample(now: number): void {
      machine.begin(now);
      job.sample(now, now, false, (batch) => rows.push([...(batch.rows[0]?.cells ?? [])].map(rounded)));
    },
    answer: (stdout: string, rest: Parameters<typeof ran>[1] = {}) => asked.shift()?.answer(ran(stdout, rest)),
    /** Time goes by for the others. */
    pass: (now: number) => machine.begin(now),
  };
}
const none = Number.NaN;

describe('pirec', () => {
  test.each([
    ['', 'This machine is no Raspberry Pi: it has no device tree'],
    ['Radxa ROCK 5B\0', 'This machine is no Raspberry Pi: its device tree says "Radxa ROCK 5B"'],
    ['A Raspberry Pi\0', 'This machine is no Raspberry Pi: its device tree says "A Raspberry Pi"'],
  ])('refuses %j', (model, message) => {
    expect(() => board({ '/proc/device-tree/model': model })).toThrow(message);
  });

  test('takes the model from where it is without /proc/device-tree', () => {
    const model = '/sys/firmware/devicetree/base/model';
    expect(() => board({ '/proc/device-tree/model': '', [model]: 'Raspberry Pi Zero W Rev 1.1\0' })).not.toThrow();
  });

  test('asks one question after the other, each with 2 s, and tells all in one row', () => {
    const { sample, waiting, answer, rows } = board();
    sample(0);
    expect(waiting()).toEqual(['get_throttled in 2000']);
    answer('throttled=0x50005\n');
    expect(waiting()).toEqual(['measure_clock arm in 2000']);
    answer('frequency(48)=600169920\n');
    expect(rows).toEqual([]);
    answer('volt=0.8563V\n');
    expect(waiting()).toEqual([]);
    expect(rows).toEqual([[42.842, 600.1699, 0.8563, 0x50005, 1, 0, 1, 0, 1, 0, 1, 0]]);
  });

  test('tells the temperature of the tick, not of the answer', () => {
    const { sample, files, pass, answer, rows } = board();
    sample(0);
    files.put(`${thermal}/temp`, '99000\n');
    pass(1000);
    for (const text of ['throttled=0x0\n', 'frequency(48)=600169920\n', 'volt=0.8563V\n']) answer(text);
    expect(rows[0]?.[0]).toBe(42.842);
  });

  test('every bit has its column', () => {
    const { sample, answer, rows } = board();
    const bits = [0, 1, 2, 3, 16, 17, 18, 19];
    for (const bit of bits) {
      sample(bit * 5000);
      for (const text of [`throttled=0x${(1 << bit).toString(16)}\n`, 'frequency(48)=1\n', 'volt=1V\n']) answer(text);
    }
    expect(rows.map((row) => row.slice(4))).toEqual(bits.map((_, i) => bits.map((__, k) => (i === k ? 1 : 0))));
  });

  test.each([
    ['refused', "Can't open device file: /dev/vcio\n", { status: 255 }],
    ['silent', '', { status: null, failure: 'ETIMEDOUT' }],
    ['broken', '', { status: null, failure: 'ENOENT' }],
  ])('leaves vcgencmd alone for a minute when it is %s, and tells what the kernel knows', (kind, text, rest) => {
    const { sample, waiting, answer, rows, told } = board();
    sample(0);
    answer(text, rest);
    expect(rows).toEqual([[42.842, 1500, none, none, none, none, none, none, none, none, none, none]]);
    for (const now of [5000, 59_998]) sample(now);
    expect(rows).toHaveLength(3);
    expect(waiting()).toEqual([]);
    sample(60_000);
    expect(waiting()).toEqual(['get_throttled in 2000']);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(new RegExp(`^pirec: vcgencmd ${kind} \\| pirec: `));
  });

  test('says how to be let in', () => {
    const { sample, answer, told } = board();
    sample(0);
    answer("Can't open device file: /dev/vcio\n", { status: 255 });
    expect(told[0]).toContain('only root and group video may; usermod -aG video USER lets it');
  });

  test('goes on with the other questions when one answer is odd', () => {
    const { sample, answer, rows, told } = board();
    sample(0);
    for (const text of ['throttled=maybe\n', 'frequency(48)=600169920\n', 'volt=0.8563V\n']) answer(text);
    expect(rows[0]?.slice(0, 5)).toEqual([42.842, 600.1699, 0.8563, none, none]);
    expect(told).toEqual([
      'pirec: vcgencmd throttled | pirec: Cannot parse vcgencmd get_throttled: expected "throttled=0x50005", got "throttled=maybe"',
    ]);
  });

  test('says nothing of a vcgencmd that is not there, and looks for it once a minute', () => {
    let looks = 0;
    let place: string | null = null;
    const { sample, waiting, rows, told } = board({}, () => {
      looks++;
      return place;
    });
    for (const now of [0, 5000, 59_998]) sample(now);
    expect([looks, rows.length, told]).toEqual([1, 3, []]);
    place = '/opt/vc/bin/vcgencmd';
    sample(60_000);
    expect(waiting()).toHaveLength(1);
  });

  test('has under-voltage and core voltage from rpi_volt, and asks no question that the kernel has answered', () => {
    const chip = '/sys/class/hwmon/hwmon3';
    const { sample, waiting, answer, rows } = board({
      [`${chip}/name`]: 'rpi_volt\n',
      [`${chip}/in0_lcrit_alarm`]: '1\n',
      [`${chip}/in0_label`]: 'core\n',
      [`${chip}/in0_input`]: '870\n',
    });
    sample(0);
    answer('error=1 error_msg="Command not registered"\n');
    answer('frequency(48)=600169920\n');
    expect(waiting()).toEqual([]);
    expect(rows[0]?.slice(0, 6)).toEqual([42.842, 600.1699, 0.87, none, 1, none]);
  });

  test('the word of the firmware counts more than the alarm of the kernel, which is up to 2 s old', () => {
    const chip = '/sys/class/hwmon/hwmon3';
    const { sample, answer, rows } = board({ [`${chip}/name`]: 'rpi_volt\n', [`${chip}/in0_lcrit_alarm`]: '1\n' });
    sample(0);
    for (const text of ['throttled=0x10000\n', 'frequency(48)=1\n', 'volt=1V\n']) answer(text);
    expect([rows[0]?.[4], rows[0]?.[8]]).toEqual([0, 1]);
  });

  test('asks for the temperature in place of the clock where there is no zone', () => {
    const { sample, waiting, answer, rows } = board({ [`${thermal}/type`]: 'gpu-thermal\n' });
    sample(0);
    answer('throttled=0x0\n');
    expect(waiting()).toEqual(['measure_temp in 2000']);
    answer("temp=42.8'C\n");
    answer('volt=0.8563V\n');
    expect(rows[0]?.slice(0, 3)).toEqual([42.8, 1500, 0.8563]);
  });
});
