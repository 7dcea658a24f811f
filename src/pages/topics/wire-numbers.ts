/** The limits and metrics of sdr-wire(7), as they are declared. */
import { limits, tokenShare } from '../../wire/limits.ts';
import type { Metric } from '../../wire/metrics.ts';
import { metrics } from '../../wire/metrics.ts';
import type { Section } from '../page.ts';
import { sentence, table, terms } from '../page.ts';

const mebibytes = (bytes: number): string => (bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`);
const seconds = (ms: number): string => (ms < 120_000 ? `${ms / 1000} s` : `${ms / 60_000} min`);

export const limitSection: Section = {
  title: 'LIMITS',
  blocks: [
    'What a receiver allows unless its options say otherwise:',
    table(
      ['what', 'most'],
      [
        ['a body as it is sent, a frame over TCP', mebibytes(limits.body)],
        ['a body inflated', mebibytes(limits.inflated)],
        ['the header of a request', mebibytes(limits.header)],
        ['everything that is not answered yet', mebibytes(limits.pending)],
        ['of this, for one token', mebibytes(limits.pending * tokenShare)],
        ['connections', String(limits.connections)],
        ['requests of a connection that wait for an answer', String(limits.pipelined)],
        ['until TLS stands', seconds(limits.handshake)],
        ['until a header, or AUTH, has arrived', seconds(limits.headers)],
        ['until a request, or a frame over TCP, has arrived', seconds(limits.request)],
        ['between two requests of a connection', seconds(limits.keepAlive)],
        ['between two frames of a connection over TCP', seconds(limits.idle)],
        ['for an answer that nobody reads', seconds(limits.unread)],
      ],
    ),
    'A commit may wait for a slow disk: senders do well to wait 30 seconds for an answer.',
  ],
};

export const metricSection: Section = {
  title: 'METRICS',
  blocks: [
    terms(
      ...Object.entries<Metric>(metrics).map(([name, { kind, help, label }]): [string, string] => [
        `\`${name}${label ? `{${label}}` : ''}\``,
        `${sentence(help)} (${kind})`,
      ]),
    ),
  ],
};
