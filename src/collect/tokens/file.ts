/** The file of tokens: read as a whole, replaced as a whole. The owner is that of the directory, so that root may add for a service. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { dirname } from 'node:path';
import type { TokenWish } from '../../collector.ts';
import { ParseError, SdrError } from '../../errors.ts';
import { errno } from '../../host.ts';
import { hashOf } from './access.ts';
import type { Token } from './token.ts';
import { checkName, checkPatterns, lineOf, parseTokens } from './token.ts';

/** Nobody has more. */
const largest = 16 * 2 ** 20;
/** A lock of a command that was killed, milliseconds. */
const staleLock = 10_000;

/** Null when there is no file. Throws a `config` error that names the line, or `permission`. */
export function readTokens(file: string): readonly Token[] | null {
  const text = textOf(file);
  return text === null ? null : tokensOf(file, text);
}

function textOf(file: string): string | null {
  try {
    if (fs.statSync(file).size > largest) throw new SdrError('config', `Cannot read ${file}: larger than 16 MiB`);
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    if (error instanceof SdrError) throw error;
    throw unusable('read', file, error);
  }
}

function tokensOf(file: string, text: string): readonly Token[] {
  try {
    return parseTokens(text);
  } catch (error) {
    if (error instanceof ParseError) throw new SdrError('config', `Cannot read ${file}: ${error.message}`);
    throw error;
  }
}

function unusable(what: string, file: string, error: unknown): SdrError {
  const code = errno(error);
  const isRefused = code === 'EACCES' || code === 'EPERM';
  return new SdrError(isRefused ? 'permission' : 'io', `Cannot ${what} ${file}: ${isRefused ? 'not allowed' : code}`);
}

/** Adds a token and gives its secret, which is nowhere else. */
export function addToken(file: string, wish: TokenWish): string {
  const secret = `sdr_${randomBytes(32).toString('base64url')}`;
  changeTokens(file, (text) => {
    if (tokensOf(file, text).some(({ name }) => name === wish.name)) {
      throw new SdrError('usage', `token "${wish.name}": expected a new name, this one is taken`);
    }
    const line = lineOf({ hash: hashOf(secret), ...checked(wish) });
    return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${line}\n`;
  });
  return secret;
}

function checked(wish: TokenWish): TokenWish {
  try {
    checkName(wish.name);
    checkPatterns('host', wish.hosts);
    checkPatterns('recorder', wish.recorders);
    return wish;
  } catch (error) {
    if (error instanceof ParseError) throw new SdrError('usage', `token "${wish.name}": ${error.message}`);
    throw error;
  }
}

/** Everything else in the file stays as it is, comments too. */
export function revokeToken(file: string, name: string): void {
  changeTokens(file, (text) => {
    const names = tokensOf(file, text).map((token) => token.name);
    if (!names.includes(name)) {
      throw new SdrError('usage', `token "${name}": expected one of ${names.join(', ') || 'none'}`);
    }
    const isOthers = (line: string) => line.trim().startsWith('#') || !line.split(/\s+/).includes(`name=${name}`);
    return text.split('\n').filter(isOthers).join('\n');
  });
}

function changeTokens(file: string, change: (text: string) => string): void {
  const temporary = `${file}.new`;
  const fd = exclusive(temporary);
  try {
    const text = change(textOf(file) ?? '');
    fs.writeFileSync(fd, text);
    own(fd, file);
    fs.fsyncSync(fd);
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw errno(error) === '' ? error : unusable('write', file, error);
  } finally {
    fs.closeSync(fd);
  }
}

/** The new file is the lock as well. */
function exclusive(temporary: string): number {
  try {
    fs.mkdirSync(dirname(temporary), { recursive: true });
    const age = Date.now() - (fs.statSync(temporary, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleLock) fs.rmSync(temporary, { force: true });
    return fs.openSync(temporary, 'wx', 0o600);
  } catch (error) {
    if (errno(error) === 'EEXIST') throw new SdrError('locked', `${temporary} is there: somebody else changes tokens`);
    throw unusable('make', temporary, error);
  }
}

function own(fd: number, file: string): void {
  const { uid, gid } = fs.statSync(fs.existsSync(file) ? file : dirname(file));
  try {
    fs.fchownSync(fd, uid, gid);
  } catch (error) {
    if (errno(error) === '') throw error;
  }
}
