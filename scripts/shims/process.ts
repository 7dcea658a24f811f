/** The part of node:process that commander uses. */
import * as posix from 'sdr:posix';

function stream(fd: number): { write(text: string): void; readonly isTTY: boolean } {
  return {
    write(text) {
      const bytes = posix.encode(text);
      for (let at = 0; at < bytes.length; ) at += posix.write(fd, bytes, at, bytes.length - at);
    },
    get isTTY() {
      return posix.isTerminal(fd);
    },
  };
}

export const stdout = stream(1);
export const stderr = stream(2);
export const platform = 'linux';
export const versions = {};
export const execArgv: readonly string[] = [];
/** As Node has it: the engine, then the program. */
export const argv: readonly string[] = ['', ...posix.args()];
export const env = {
  get NO_COLOR(): string | undefined {
    return posix.env('NO_COLOR');
  },
  get FORCE_COLOR(): string | undefined {
    return posix.env('FORCE_COLOR');
  },
  get CLICOLOR_FORCE(): string | undefined {
    return posix.env('CLICOLOR_FORCE');
  },
};

export function exit(code = 0): never {
  return posix.exit(code);
}
