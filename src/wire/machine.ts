/** Which machine this is, in 64 bits: machine-id(5) itself is not to be told to others. */
import type { Files } from '../host.ts';
import { readText } from '../store.ts';
import { utf8 } from '../text.ts';

/** Where nothing tells the machine. */
export const nobody = '0'.repeat(16);

const sources = ['/etc/machine-id', '/proc/device-tree/serial-number', '/sys/class/dmi/id/product_uuid'];

/** 16 hexadecimal digits. */
export function machineOf(files: Files): string {
  for (const path of sources) {
    const text = readText(files, path)?.replace(/[\s\0]+$/, '');
    if (text) return hash(`sdr ${text}`);
  }
  return nobody;
}

/** FNV-1a of 64 bits. */
function hash(text: string): string {
  let h = 0xcbf29ce484222325n;
  for (const byte of utf8(text)) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h.toString(16).padStart(16, '0');
}
