/** The options of `sdr collect`, by what they are for; what is left out is in src/wire/limits.ts. */
import type { Option } from '../../command.ts';

const serving: readonly Option[] = [
  {
    flags: '--listen <address>',
    help: 'listen on [HOST:]PORT, with http:, https:, tcp: or tls: before it if need be (repeatable; default 7373)',
    isList: true,
    key: { example: ['7373', 'tcp:7374'] },
  },
  {
    flags: '--tokens <file>',
    help: 'the tokens are in FILE instead of DIR/.sdr/tokens',
    key: { example: '/etc/sdr/tokens' },
  },
  { flags: '--insecure', help: 'without tokens, listen on other addresses than loopback all the same' },
  {
    flags: '--tls-cert <file>',
    help: 'our certificate and what signed it, PEM',
    key: { example: '/etc/sdr/cert.pem' },
  },
  { flags: '--tls-key <file>', help: 'the key of our certificate, PEM', key: { example: '/etc/sdr/key.pem' } },
  {
    flags: '--tls-client-ca <file>',
    help: 'let in only whose certificate, of a host as CN, is signed by one of FILE',
    key: { example: '/etc/sdr/hosts.pem' },
  },
  { flags: '--max-connections <count>', help: 'connections at a time', key: { example: '10000' } },
  { flags: '--max-body <size>', help: 'bytes of a request as it is sent', key: { example: '1M' } },
  { flags: '--max-inflated <size>', help: 'bytes of a request once inflated', key: { example: '16M' } },
  { flags: '--max-pending <size>', help: 'bytes of all requests that are not answered yet', key: { example: '32M' } },
  {
    flags: '--idle <time>',
    help: 'close a connection over TCP when it sends nothing for so long',
    key: { example: '5m' },
  },
  { flags: '--journal <size>', help: 'apply the journal to the files when it has this size', key: { example: '16M' } },
  {
    flags: '--open-files <count>',
    help: 'files held open at a time (default: as many as connections leave descriptors for, at most 4096)',
    key: { example: '1024' },
  },
  {
    flags: '--min-free <size>',
    help: 'refuse data (507) when the disk has less than SIZE left',
    key: { example: '1G' },
  },
];

const status: readonly Option[] = [
  { flags: '--stale <time>', help: 'exit 1 when a host has been silent for so long (default 5m)' },
  { flags: '--json', help: 'print one JSON document' },
];

const token: readonly Option[] = [
  { flags: '--tokens <file>', help: 'the tokens are in FILE instead of DIR/.sdr/tokens' },
  { flags: '--name <name>', help: 'what to call a token, such as pi-attic' },
  { flags: '--host <glob>', help: 'hosts that a token is for (repeatable; default *)', isList: true },
  { flags: '--recorder <glob>', help: 'recorders that a token is for (repeatable; default *)', isList: true },
  { flags: '--expires <time>', help: 'a token is good for so long, such as 90d' },
  { flags: '--enrol', help: 'the first frame with a token makes its host known, whatever its name' },
  { flags: '--read-only', help: 'a token is good for /metrics and /v1/next only' },
];

const json = status.filter(({ flags }) => flags === '--json');
const file = token.filter(({ flags }) => flags.startsWith('--tokens'));

/** What `sdr collect` can do, by its first words; '' is to collect. `words` are what follows, the last being DIR. */
export const tasks = {
  '': { words: ['DIR'], options: serving },
  status: { words: ['DIR'], options: status },
  'token add': { words: ['DIR'], options: token },
  'token list': { words: ['DIR'], options: [...file, ...json] },
  'token revoke': { words: ['NAME', 'DIR'], options: file },
  'host list': { words: ['DIR'], options: json },
  'host accept': { words: ['NAME', 'DIR'], options: [] },
} as const satisfies Record<string, { words: readonly string[]; options: readonly Option[] }>;

export type Task = keyof typeof tasks;

/** All of them, each once. A configuration is for the collector, not for what it is asked. */
export const options: readonly Option[] = [
  ...serving,
  ...[...status, ...token.slice(1)].map((option): Option => ({ ...option, key: null })),
];

/** The word of a collector, as a configuration has it. */
export const collectKeys: readonly Option[] = [
  { flags: '--directory <dir>', help: 'the directory of all hosts', key: { example: '/srv/sdr' } },
];
