/** What a sender shows of itself: its token and its certificates, which may be replaced while it runs. */
import { SdrError } from '../errors.ts';
import type { Files, Pem } from '../host.ts';
import { errno } from '../host.ts';
import type { Report } from '../report.ts';

/** Where a token comes from. */
export interface TokenSource {
  /** '' where there is none. */
  readonly path: string;
  /** Null without a token. Throws an SdrError when it cannot be read. */
  read(): string | null;
}

export interface CredentialOptions {
  readonly files: Files;
  readonly report: Report;
  readonly source: TokenSource;
  readonly pem: Pem;
  readonly agent: string;
}

/** What goes along with rows. */
export interface Shown {
  /** Null where there is none. */
  readonly token: string | null;
  readonly pem: Pem;
  /** `sdr/0.1.0` */
  readonly agent: string;
}

export class Credentials implements Shown {
  token: string | null;
  readonly pem: Pem;
  readonly agent: string;
  private readonly options: CredentialOptions;
  private stamps: string;

  /** Throws an SdrError when one of the files cannot be read. */
  constructor(options: CredentialOptions) {
    const { files, source, pem, agent } = options;
    this.options = options;
    this.pem = pem;
    this.agent = agent;
    this.stamps = this.stamp();
    this.token = source.read();
    for (const path of [pem.ca, pem.cert, pem.key]) if (path !== '') readable(files, path);
  }

  /** Whether a file is another one than when this was last asked. A token that cannot be read leaves the one before. */
  renew(): boolean {
    const { report, source } = this.options;
    const stamps = this.stamp();
    if (stamps === this.stamps) return false;
    this.stamps = stamps;
    try {
      const token = source.read();
      // A service's credential that is away was there at the start: it comes back.
      if (token === null && this.token !== null) throw new SdrError('config', missing(source.path));
      this.token = token;
      report.over('token', 'The token can be read again');
    } catch (error) {
      if (!(error instanceof SdrError)) throw error;
      report.warn('token', `${error.message}; the token that was there before is used on`);
    }
    return true;
  }

  private stamp(): string {
    const { files, source, pem } = this.options;
    return [source.path, pem.ca, pem.cert, pem.key].map((path) => (path === '' ? '' : stampOf(files, path))).join(' ');
  }
}

const missing = (path: string): string => `Cannot read the token in ${path}: there is no such file`;

/** What is different when a file was written or replaced; '' when it is not there. */
function stampOf(files: Files, path: string): string {
  try {
    const { dev, ino, size, mtime } = files.stat(path);
    return [dev, ino, size, mtime].join(':');
  } catch (error) {
    if (errno(error) === '') throw error;
    return '';
  }
}

function readable(files: Files, path: string): void {
  try {
    files.close(files.open(path, 'read'));
  } catch (error) {
    const code = errno(error);
    if (code === '') throw error;
    const isRefused = code === 'EACCES' || code === 'EPERM';
    const why = code === 'ENOENT' ? 'there is no such file' : isRefused ? 'not allowed' : code;
    throw new SdrError(isRefused ? 'permission' : 'config', `Cannot read ${path}: ${why}`, error);
  }
}
