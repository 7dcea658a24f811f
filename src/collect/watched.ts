/** Files that people edit while the collector runs. */
import { statSync } from 'node:fs';

export class Watched {
  private readonly paths: readonly string[];
  private seen: string;

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.seen = this.look();
  }

  /** Whether one of them has changed, come or gone since this was asked last. */
  hasChanged(): boolean {
    const now = this.look();
    const is = now !== this.seen;
    this.seen = now;
    return is;
  }

  private look(): string {
    return this.paths.map(signature).join();
  }
}

function signature(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}
