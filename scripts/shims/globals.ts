/**
 * Globals that Node has and QuickJS lacks, as far as bundled packages use them; esbuild puts them in where they are
 * named.
 */
import * as posix from 'sdr:posix';

export class TextEncoder {
  encode(text = ''): Uint8Array {
    return posix.encode(text);
  }
}

export class TextDecoder {
  decode(bytes: Uint8Array = new Uint8Array(0)): string {
    return posix.decode(bytes, 0, bytes.length);
  }
}

/** csv-stringify asks whether an option is one (none is) and makes a byte order mark that it does not use. */
export const Buffer = {
  isBuffer: (): boolean => false,
  from: (bytes: readonly number[]): Uint8Array => Uint8Array.from(bytes),
};

/** Commander's errors ask for what V8 does; the engine has put their stack down by itself. */
const captureStackTrace = (): void => undefined;

export { captureStackTrace as 'Error.captureStackTrace' };
