/**
 * vcgencmd asks the firmware of a Raspberry Pi, through /dev/vcio: root and group video may. It prints `name=value` with a unit, and what
 * went wrong on stdout too. Documented on raspberrypi.com (Raspberry Pi OS, vcgencmd), its source is raspberrypi/utils.
 */
import type { Ran, System } from '../host.ts';
import { ascii } from '../parse.ts';

/** What can be asked: its words, what it prints, and how that looks. */
const questions = {
  /** °C */
  temperature: { words: ['measure_temp'], answer: /^temp=(-?\d{1,3}(?:\.\d+)?)'C$/, like: "temp=42.8'C" },
  /** Hz. The number of the clock depends on the model: 45 on Pi 1 to 3, 48 on Pi 4, 0 on Pi 5. */
  clock: {
    words: ['measure_clock', 'arm'],
    answer: /^frequency\(\d+\)=([1-9]\d{0,10})$/,
    like: 'frequency(48)=600169920',
  },
  /** V */
  volts: { words: ['measure_volts', 'core'], answer: /^volt=(\d{1,2}(?:\.\d+)?)V$/, like: 'volt=0.8563V' },
  /** Bits 0 to 3 now, 16 to 19 since the start. */
  throttled: {
    words: ['get_throttled'],
    answer: /^throttled=(0x[0-9a-fA-F]{1,8}|\d{1,10})$/,
    like: 'throttled=0x50005',
  },
} as const;

export type Question = keyof typeof questions;

/** How one question ended. */
export interface Answer {
  /** NaN without one. */
  readonly value: number;
  /** What went wrong, for people; '' when nothing did. */
  readonly trouble: string;
  /** - `refused`: this user may not ask; `silent`: no answer in time; `odd`: an answer that is none; `broken`: it does not run */
  readonly kind: 'answered' | 'refused' | 'silent' | 'odd' | 'broken';
}

/** An answer takes about 10 ms; a firmware that hangs never gives one. Milliseconds. */
const limit = 2_000;

/** Where it is: Raspberry Pi OS, and its old images. */
export const findVcgencmd = (system: System): string | null => system.find('vcgencmd', ['/usr/bin', '/opt/vc/bin']);

/** Asks one thing. */
export function ask(system: System, program: string, question: Question, then: (answer: Answer) => void): void {
  system.run(program, questions[question].words, limit, (ran) => then(answerOf(question, ran)));
}

/** Said by every version so far when the device cannot be opened, with exit status 255. */
const refusal = /can't open device file|vchi(q)? initiali[sz]ation failed|failed to open vchiq|permission denied/i;

/** The firmware itself knows no such command: its others may work. The exit status is its error, or 0 with older versions. */
const unknownToFirmware = /^(?:error=|vc_gencmd_read_response returned)/;

/** What a run of vcgencmd said. */
export function answerOf(question: Question, { stdout, stderr, status, failure }: Ran): Answer {
  const { words, answer, like } = questions[question];
  const name = `vcgencmd ${words.join(' ')}`;
  const no = (kind: Answer['kind'], trouble: string): Answer => ({ value: Number.NaN, trouble, kind });
  if (failure === 'ETIMEDOUT') return no('silent', `${name} gave no answer in ${limit / 1000} s`);
  if (failure !== '') return no('broken', `Cannot run ${name}: ${failure}`);
  const text = ascii(stdout).replace(/[\0\s]+$/, '');
  const said = quoted(text === '' ? ascii(stderr) : text);
  if (refusal.test(text) || refusal.test(ascii(stderr))) {
    return no('refused', `vcgencmd may not ask the firmware (${said}): only root and group video may`);
  }
  if (unknownToFirmware.test(text)) return no('odd', `The firmware has no ${name} (${said})`);
  if (status !== 0) return no('broken', `${name} failed with status ${status ?? 'none'} (${said})`);
  const value = answer.exec(text)?.[1];
  if (value === undefined) return no('odd', `Cannot parse ${name}: expected "${like}", got ${said}`);
  return { value: Number(value), trouble: '', kind: 'answered' };
}

/** The first line of what a program said, as people may see it. */
function quoted(text: string): string {
  const [first = ''] = text.trim().split('\n');
  return `"${first.slice(0, 60).replace(/[^ -~]/g, '?')}"`;
}
