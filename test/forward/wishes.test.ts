/** What --to and its companions mean. */
import { expect, test } from 'vitest';
import { shareOf } from '../../src/forward/identity.ts';
import { forwardWishesOf, isOpenToAll } from '../../src/forward/wishes.ts';

const urlsOf = (to: string) => forwardWishesOf({ to: [to] }).targets.flatMap(({ urls }) => urls);

test.each([
  ['http://a', ['http://a:80']],
  ['https://a.example/', ['https://a.example:443']],
  ['https://a:7373/base/', ['https://a:7373/base']],
  ['tcp://[2001:db8::1]:7374', ['tcp://[2001:db8::1]:7374']],
  ['http://a:1,tls://b:2', ['http://a:1', 'tls://b:2']],
  ['hash:http://a:1,http://b:2', ['http://a:1', 'http://b:2']],
])('%s', (to, urls) => {
  expect(urlsOf(to)).toEqual(urls);
});

test.each([
  ['collector:7373', 'expected a URL such as https://collector:7373'],
  ['ftp://a', 'expected a URL'],
  ['tcp://a', 'expected a port, such as tcp://a:7374'],
  ['http://a:99999', 'there is no port 99999'],
  ['http://a:0', 'there is no port 0'],
  ['tcp://a:1/path', 'tcp:// has no path'],
  ['http://a,', 'expected a URL'],
  ['http://a,http://a:80', 'names a collector twice'],
  ['http://a?x=1', 'expected a URL'],
  ['http://a\r\nX: y', 'expected a URL'],
])('%s is none', (to, why) => {
  expect(() => urlsOf(to)).toThrow(why);
});

test('a URL with a password is refused without repeating it', () => {
  expect(() => urlsOf('http://pi:secret@a')).toThrow(/^(?!.*secret).*expected no user in a URL/);
});

test('a destination is given once, however it is spelled', () => {
  expect(() => forwardWishesOf({ to: ['http://a', 'http://a:80/'] })).toThrow('given twice');
});

test.each(['', '-pi', 'pi attic', '../pi', 'a'.repeat(201)])('"%s" is no name of a host', (host) => {
  if (host === '') expect(forwardWishesOf({ host }).host).toBe('');
  else expect(() => forwardWishesOf({ host })).toThrow('--host');
});

test('a certificate takes its key', () => {
  expect(() => forwardWishesOf({ cert: 'a.pem' })).toThrow('--cert and --key');
});

test('one more receiver takes hosts from the others and moves none between them', () => {
  const before = ['http://a:1', 'http://b:1', 'http://c:1'];
  const after = [...before, 'http://d:1'];
  const hosts = Array.from({ length: 1000 }, (_, i) => `host-${i}`);
  const moved = hosts.filter((host) => shareOf(before, host) !== shareOf(after, host));
  expect(moved.every((host) => shareOf(after, host) === 'http://d:1')).toBe(true);
  expect(moved.length).toBeGreaterThan(150);
  expect(moved.length).toBeLessThan(350);
});

test.each([
  ['http://collector:7373', true],
  ['tcp://192.0.2.1:7374', true],
  ['http://[2001:db8::1]:80', true],
  ['http://127.0.0.1.example:80', true],
  ['http://localhost:7373', false],
  ['http://127.1.2.3:7373', false],
  ['tcp://[::1]:7374', false],
  ['https://collector:443', false],
  ['tls://collector:7374', false],
])('whether %s can be read on the way: %s', (url, isOpen) => {
  expect(isOpenToAll(url)).toBe(isOpen);
});
