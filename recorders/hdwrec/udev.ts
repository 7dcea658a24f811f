/** Model and serial number of a disk: from the kernel, and from udev, who asked the disk itself, where SCSI has room for 16 letters only. */
import type { Machine } from '../../src/machine.ts';
import { decoded, tidy, told } from '../../src/proc/words.ts';

export interface DiskWords {
  readonly model: string | null;
  readonly serial: string | null;
}

/** `at` is the disk's folder in /sys/block. */
export function diskWords(machine: Machine, at: string): DiskWords {
  const says = udevOf(machine, told(machine, `${at}/dev`));
  const short = told(machine, `${at}/device/model`) ?? told(machine, `${at}/device/name`);
  const long = unescaped(says.get('ID_MODEL_ENC'));
  return {
    model: short !== null && long?.startsWith(short) ? long : short,
    serial:
      told(machine, `${at}/device/serial`) ??
      told(machine, `${at}/serial`) ??
      page80(machine, at) ??
      tidy(says.get('ID_SCSI_SERIAL') ?? says.get('ID_SERIAL_SHORT')),
  };
}

/** The properties of a device in udev's database: lines `E:ID_MODEL=Disk`. */
function udevOf(machine: Machine, dev: string | null): ReadonlyMap<string, string> {
  const text = dev === null ? '' : (machine.text(`/run/udev/data/b${dev}`) ?? '');
  return new Map(
    Array.from(decoded(text).matchAll(/^E:([A-Z0-9_]+)=(.*)$/gm), ([, name = '', value = '']) => [name, value]),
  );
}

/** `Samsung\x20SSD` */
const unescaped = (text: string | undefined): string | null =>
  text === undefined
    ? null
    : tidy(
        decoded(text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))),
      );

/** The unit serial number as SCSI has it: four bytes of heading, then text. */
function page80(machine: Machine, at: string): string | null {
  const page = machine.text(`${at}/device/vpd_pg80`);
  return page === null || page.charCodeAt(1) !== 0x80 ? null : tidy(decoded(page.slice(4).split('\0')[0] ?? ''));
}
