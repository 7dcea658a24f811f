/** `sdr doctor`: what works here, why not, and how to mend it. */
import type { Command, World } from '../command.ts';
import { flag, text } from '../command.ts';
import type { Check } from '../doctor/check.ts';
import { checksOf } from '../doctor/index.ts';
import { SdrError } from '../errors.ts';
import { aligned } from '../pages/aligned.ts';
import { ownOptions } from './own.ts';

/** Where units of the packages record. */
const usual = '/var/lib/sdr';

export const doctor: Command = {
  name: 'doctor',
  summary: 'say what works here, why not, and how to mend it',
  words: '[DIR]',
  options: [
    { flags: '--json', help: 'print one JSON document' },
    { flags: '--root <dir>', help: 'read /proc and /sys below DIR' },
    ...ownOptions,
  ],
  examples: ['sdr doctor', 'sdr doctor /var/lib/sdr --json'],
  async run(world, [directory, ...more], values) {
    if (more.length > 0) throw new SdrError('usage', `doctor: expected one DIR, got "${more.join(' ')}" behind it`);
    const { engine, recorders, print } = world;
    const root = text(values, 'root') ?? '';
    const checks = await checksOf({ engine, recorders, root, directory: directory ?? directoryHere(world) });
    const ok = checks.every((check) => check.ok !== false);
    print(flag(values, 'json') ? `${JSON.stringify({ ok, checks }, null, 2)}\n` : page(checks));
    return ok ? 'done' : 'partial';
  },
};

/** What systemd gave us, or the usual place if it is there. */
function directoryHere({ engine }: World): string | null {
  const given = engine.env('STATE_DIRECTORY')?.split(':')[0] ?? '';
  if (given !== '') return given;
  try {
    return engine.files.stat(usual).kind === 'directory' ? usual : null;
  } catch {
    return null;
  }
}

const mark = ({ ok }: Check): string => (ok === null ? '-' : ok ? 'ok' : 'FAIL');

function page(checks: readonly Check[]): string {
  return aligned(
    checks.flatMap((check) => [
      [mark(check), check.name, check.text],
      ...(check.mend === '' ? [] : [['', '', `mend: ${check.mend}`]]),
    ]),
  );
}
