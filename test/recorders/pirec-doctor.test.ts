/** `sdr doctor` on a Raspberry Pi: whether the firmware can be asked, and how to get leave. */
import { describe, expect, test } from 'vitest';
import { piChecks } from '../../src/doctor/pi.ts';
import type { Ran } from '../../src/host.ts';
import { noSystem } from '../../src/tape-system.ts';
import { FakeEngine } from '../fake.ts';

const model = '/proc/device-tree/model';
const pi = 'Raspberry Pi 4 Model B Rev 1.4';

interface Wish {
  readonly model?: string;
  readonly program?: string | null;
  readonly said?: Partial<Omit<Ran, 'stdout'>> & { stdout?: string };
  readonly environment?: Readonly<Record<string, string>>;
}

/** What doctor finds on such a machine. */
function checksOn({ model: name = pi, program = '/usr/bin/vcgencmd', said = {}, environment = {} }: Wish, root = '') {
  const fake = new FakeEngine();
  if (name !== '') fake.files.put(root + model, `${name}\0`);
  const ran = { stderr: new Uint8Array(0), status: 0, failure: '', ...said, stdout: Buffer.from(said.stdout ?? '') };
  const system: typeof noSystem = { ...noSystem, find: () => program, run: (_, __, ___, then) => then(ran) };
  const engine = Object.assign(fake, { system, env: (key: string) => environment[key] });
  return piChecks({ engine, recorders: [], root, directory: null });
}

describe('doctor', () => {
  test('says nothing of vcgencmd on other machines', async () => {
    expect(await checksOn({ model: '' })).toEqual([]);
    expect(await checksOn({ model: 'Radxa ROCK 5B' })).toEqual([]);
  });

  test('is content when the firmware answers', async () => {
    const [check] = await checksOn({ said: { stdout: 'throttled=0x0\n' } });
    expect(check).toEqual({ name: 'vcgencmd', ok: true, text: `/usr/bin/vcgencmd answers on this ${pi}`, mend: '' });
  });

  test('looks at the machine below --root', async () => {
    const [check] = await checksOn({ said: { stdout: 'throttled=0x0\n' } }, '/host');
    expect(check?.ok).toBe(true);
  });

  test('names the package when vcgencmd is missing, which is no fault', async () => {
    const [check] = await checksOn({ program: null });
    expect(check).toMatchObject({ ok: null, mend: 'apt install raspi-utils, or libraspberrypi-bin' });
    expect(check?.text).toContain(`not found on this ${pi}: arm_mhz is what the kernel asked for`);
  });

  test.each([
    [{ USER: 'pat' }, 'pat'],
    [{ LOGNAME: 'pat' }, 'pat'],
    [{}, '$USER'],
  ])('says how a user and a unit get leave, with %j', async (environment, user) => {
    const said = { stdout: "Can't open device file: /dev/vcio\n", status: 255 };
    const [check] = await checksOn({ said, environment });
    expect(check?.ok).toBe(false);
    expect(check?.text).toContain('only root and group video may');
    expect(check?.mend).toContain(`usermod -aG video ${user} and log in again`);
    expect(check?.mend).toContain('SupplementaryGroups=video');
  });

  test('tells a firmware that hangs from a program that does not run', async () => {
    const [hanging] = await checksOn({ said: { status: null, failure: 'ETIMEDOUT' } });
    expect(hanging).toMatchObject({ ok: false, mend: expect.stringContaining('reboot') });
    const [broken] = await checksOn({ said: { status: null, failure: 'EACCES' } });
    expect(broken).toMatchObject({ ok: false, text: expect.stringContaining('EACCES') });
    expect(broken?.mend).toContain('raspi-utils');
  });
});
