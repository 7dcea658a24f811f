/** A secret is the first line of a file that only its reader may read. */
import { describe, expect, test } from 'vitest';
import { secretOf } from '../../src/config/secret.ts';
import { engineOf } from './configured.ts';

const credentials = { CREDENTIALS_DIRECTORY: '/run/credentials/sdr' };

function ask(files: Readonly<Record<string, string>>, path?: string, env: Readonly<Record<string, string>> = {}) {
  const engine = engineOf({ files, env });
  return { engine, secret: () => secretOf(engine, 'token', path), said: () => engine.files.said(2) };
}

describe('secretOf()', () => {
  test('is the first line of the file that is named, without blanks', () => {
    expect(ask({ '/etc/token': ' s3cret \nmore\n' }, '/etc/token').secret()).toBe('s3cret');
  });

  test('is that of systemd when no file is named', () => {
    const files = { '/run/credentials/sdr/token': 'from systemd', '/etc/token': 'named' };
    expect(ask(files, undefined, credentials).secret()).toBe('from systemd');
    expect(ask(files, '/etc/token', credentials).secret()).toBe('named');
  });

  test('is null when there is neither', () => {
    expect(ask({}).secret()).toBeNull();
    expect(ask({}, undefined, credentials).secret()).toBeNull();
  });

  test.each([
    [
      'a file that is missing',
      {},
      '/etc/token',
      'config',
      'Cannot read the token in /etc/token: there is no such file',
    ],
    [
      'an empty file',
      { '/etc/token': '\nsecond\n' },
      '/etc/token',
      'config',
      'expected a line of text, got an empty one',
    ],
    ['a directory', { '/etc/token/x': '' }, '/etc/token', 'config', 'expected a file, got a directory'],
  ])('refuses %s', (_, files, path, exit, message) => {
    expect(ask(files, path).secret).toThrow(message);
    expect(ask(files, path).secret).toThrow(expect.objectContaining({ exit }));
  });

  test('is not allowed when the file may not be read', () => {
    const { engine, secret } = ask({ '/etc/token': 'x' }, '/etc/token');
    engine.files.fault = (call) => (call === 'open' ? 'EACCES' : undefined);
    expect(secret).toThrow(
      expect.objectContaining({ exit: 'permission', message: 'Cannot read /etc/token: not allowed' }),
    );
  });

  test('warns, without telling the secret, when everybody may read it', () => {
    const { secret, said } = ask({ '/etc/token': 's3cret\n' }, '/etc/token');
    secret();
    expect(said()).toBe('sdr: Everybody can read the token in /etc/token: chmod o-r /etc/token mends it\n');
  });

  test('says nothing of one that only its owner may read', () => {
    const { engine, secret, said } = ask({ '/etc/token': 's3cret\n' }, '/etc/token');
    const stat = engine.files.stat.bind(engine.files);
    engine.files.stat = (path) => ({ ...stat(path), mode: 0o600 });
    expect(secret()).toBe('s3cret');
    expect(said()).toBe('');
  });
});
