/**
 * Which directory this is, for a collector: 64 random bits made with it, and made anew when it was copied to another machine.
 * Without it, two cards with the same image would both claim to be the same files.
 */
import type { Engine } from '../../host.ts';
import { createWhole, readText, remove, syncDirectory } from '../../store.ts';
import { utf8 } from '../../text.ts';

/** The instance of a directory, 16 hexadecimal digits; made when it is not there or the machine is another. Throws a SystemError. */
export function instanceOf(engine: Pick<Engine, 'files' | 'pid'>, directory: string): string {
  const { files } = engine;
  const path = `${directory}/.sdr/instance`;
  const machine = (readText(files, '/etc/machine-id') ?? '').trim();
  const text = readText(files, path);
  const [known = '', owner = ''] = (text ?? '').trim().split(' ');
  if (/^[0-9a-f]{16}$/.test(known) && owner === machine) return known;
  const made = random(engine);
  if (text !== null) remove(files, path);
  try {
    createWhole(files, path, `${directory}/.sdr/.instance.${engine.pid}`, utf8(`${made} ${machine}\n`), true);
    syncDirectory(files, `${directory}/.sdr`);
    return made;
  } catch (error) {
    // Another recorder that started together with us was quicker.
    const [theirs = ''] = (readText(files, path) ?? '').split(' ');
    if (theirs === '') throw error;
    return theirs;
  }
}

/** From the kernel's random UUIDs, less the digits that say so (random(4), RFC 9562): /dev is not there in every chroot. */
function random({ files }: Pick<Engine, 'files'>): string {
  const fd = files.open('/proc/sys/kernel/random/uuid', 'read');
  try {
    const bytes = new Uint8Array(36);
    files.read(fd, bytes, 0, 36, -1);
    return String.fromCharCode(...bytes.subarray(0, 4), ...bytes.subarray(24));
  } finally {
    files.close(fd);
  }
}
