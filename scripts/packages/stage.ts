/** Files as they are to be installed, laid out below a temporary folder. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file or an empty directory of a package. */
export interface Item {
  /** Without the leading slash. */
  readonly path: string;
  /** Null = a directory. */
  readonly content: Uint8Array | string | null;
  /** Permission bits: 0755 for programs and directories, else 0644. */
  readonly mode: number;
}

/** Lays files out, lets them be used, and takes them away again. */
export function staged(items: readonly Item[], use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'sdr-stage-'));
  try {
    chmodSync(root, 0o755);
    for (const item of items) place(root, item);
    use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function place(root: string, { path, content, mode }: Item): void {
  const at = join(root, path);
  makeFolders(root, content === null ? path : dirname(path));
  if (content === null) return;
  writeFileSync(at, content);
  chmodSync(at, mode);
}

/** Each of them 0755 whatever the umask. */
function makeFolders(root: string, path: string): void {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  parts.forEach((_, at) => {
    const folder = join(root, ...parts.slice(0, at + 1));
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  });
}
