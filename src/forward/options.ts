/** The options of forwarding: `sdr forward` and `sdr record` have the same. */
import type { Option } from '../command.ts';

export const forwardOptions: readonly Option[] = [
  {
    flags: '--to <url>',
    help: 'send rows on to URL (repeatable: a copy each; A,B: to B while A is down; hash:A,B: to one of them by host name)',
    isList: true,
    key: { example: ['https://collector.example:7373'] },
  },
  {
    flags: '--host <name>',
    help: 'what the collector calls this host, if not by its name',
    key: { example: 'pi-attic' },
  },
  {
    flags: '--token-file <file>',
    help: 'the token of the collector is in FILE',
    key: { example: '/etc/sdr/token' },
  },
  {
    flags: '--ca <file>',
    help: 'who signs the certificate of the collector, PEM',
    key: { example: '/etc/sdr/ca.pem' },
  },
  { flags: '--cert <file>', help: 'our certificate, PEM', key: { example: '/etc/sdr/cert.pem' } },
  { flags: '--key <file>', help: 'the key of our certificate, PEM', key: { example: '/etc/sdr/key.pem' } },
];
