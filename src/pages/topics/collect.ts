/** What sdr-collect(1) says beyond its declaration. */
import { everyExit } from '../../errors.ts';
import { defaultPort, limits } from '../../wire/limits.ts';
import type { Prose } from '../command.ts';
import type { Section } from '../page.ts';
import { bullets, code, terms } from '../page.ts';

const asked: Section = {
  title: 'WHAT ELSE IT DOES',
  blocks: [
    terms(
      [
        '`status` [<DIR>]',
        'What the collector that runs in <DIR> says: each host with when it was last heard of, how far its newest row lies back, its rows a second, and machines that were refused; then the latency doctor: how long commits took, by cause (writing the journal, flushing it, applying it to the files, all of a commit, a checkpoint), lately and since the start. Figures are upper bounds, at most 9 % above what was measured; the worst since the start is exact. The exit is 1 when a host is stale (`--stale`), or when no collector runs there.',
      ],
      [
        '`token add` [<DIR>]',
        'Makes a token and prints it, this one time: the file has its hash only. It may write for the hosts of `--host` and the recorders of `--recorder`, until `--expires`. A host that nobody knows yet is enrolled by its first frame if the token says `--enrol` or names the host without a pattern.',
      ],
      ['`token list` [<DIR>]', 'The tokens with what they are good for, never the tokens themselves.'],
      [
        '`token revoke` <NAME> [<DIR>]',
        'Takes a token away. A collector that runs refuses it within seconds, also on connections that stand.',
      ],
      ['`host list` [<DIR>]', 'The hosts with the machine that each is, and with one that was refused under its name.'],
      [
        '`host accept` <NAME> [<DIR>]',
        'A host whose board was replaced or whose card was cloned comes as another machine under its name and is refused (409). This takes the machine that was refused last. What it sends lies beside the files of the one before.',
      ],
    ),
    'Without <DIR> they mean `$STATE_DIRECTORY`, else /var/lib/sdr-collect. `status` and `host` ask the collector through a socket in <DIR>, which its user and root may use.',
  ],
};

const listening: Section = {
  title: 'WHO IS LET IN',
  blocks: [
    `An address is \`[host:]port\`; a bare one speaks HTTPS where there is a certificate (\`--tls-cert\`), else HTTP. \`http:\`, \`https:\`, \`tcp:\` or \`tls:\` before it chooses; \`tcp:\` and \`tls:\` are the line mode for thousands of hosts that stay connected, sdr-wire(7). Without \`--listen\` it is port ${defaultPort}.`,
    'Without a file of tokens, and without certificates of clients (`--tls-client-ca`), a bare port is listened to on loopback only, and another address is refused with exit 78. `--insecure` listens all the same: then whoever reaches the port may write.',
    'Tokens and certificates are read again when they change, and on SIGHUP. A file that is broken or gone keeps what was read before, with one line that says so.',
    "Over TLS 1.2 or later a token and what is sent are nobody else's business; over plain HTTP everybody on the way can read both.",
  ],
};

const promises: Section = {
  title: 'WHAT IT PROMISES',
  blocks: [
    bullets(
      'What was acknowledged is durable: it was flushed to the journal first. After a kill or a power cut it is there.',
      'The copy of a file is byte for byte that of the host. Nothing is stored twice, whatever is sent again.',
      'It always starts: a journal that ends in garbage is cut there, and what was cut is counted.',
      'No name that anybody sends leads out of <DIR>.',
      `Memory is bounded by its options: at most \`--max-pending\` (${limits.pending / 2 ** 20} MiB) of what has arrived is not answered yet, beyond it senders are told to wait; one token has at most half of it.`,
      'A connection that is slow, silent or half open is closed.',
    ),
    'One process collects into a directory; a second one exits 75.',
  ],
};

const signals: Section = {
  title: 'SIGNALS',
  blocks: [
    terms(
      [
        'SIGTERM',
        `Takes nobody any more, answers what is in flight, at most ${limits.drain / 1000} seconds, makes all durable in its place, and exits 0.`,
      ],
      ['SIGINT', 'The same, and exits 130.'],
      ['SIGHUP', 'Reads tokens and certificates again.'],
    ),
  ],
};

export const collect: Prose = {
  description: [
    'Receives what sdr-forward(1) sends from many hosts, and what anybody else sends over HTTP, and writes it below <DIR>: `<DIR>/<host>/<file>`, each file as it is on its host, in the CSV of sdr-csv(5). sdr-wire(7) is the protocol. sdr-cat(1), sdr-stats(1) and all else read `<DIR>/<host>` as they read the directory of one machine.',
    'A host is what its sender calls it. It needs no declaration: a token whose pattern fits is enough.',
    '`GET /healthz` answers 200 while all is well, `GET /metrics` has the numbers for Prometheus, sdr-wire(7) lists them; with tokens it asks for one, and shows the hosts that it is for.',
  ],
  options: {
    '--tls-client-ca': [
      'A client may then write for the host that its certificate names, and no other. It is guard enough without tokens; with tokens both are asked for.',
    ],
    '--max-connections': [
      `The default is ${limits.connections}; each takes a descriptor (\`ulimit -n\`). Beyond it idle connections are closed for new ones.`,
    ],
    '--max-body': [`The default is ${limits.body / 2 ** 20}M.`],
    '--max-inflated': [`The default is ${limits.inflated / 2 ** 20}M.`],
    '--max-pending': [`The default is ${limits.pending / 2 ** 20}M.`],
    '--idle': [`The default is ${limits.idle / 60_000}m.`],
  },
  sections: [asked, listening, promises, signals],
  environment: terms(['`STATE_DIRECTORY`', 'The directory when none is named; systemd sets it for its services.']),
  files: terms(
    [
      '`<DIR>/<host>/`',
      'The files of a host; `<file>~<instance>` is one of the same name from another directory of that host.',
    ],
    ['`<DIR>/.sdr/tokens`', 'The tokens, sdr-wire(7).'],
    ['`<DIR>/.sdr/journal.*`', 'What was acknowledged and is on its way to the files.'],
    ['`<DIR>/.sdr/collect.sock`', 'Where `status` and `host` ask.'],
  ),
  exits: everyExit,
  examples: [
    'A script without sdr:',
    code(
      "printf 'volts\\n230.1\\n' | curl --data-binary @- \\",
      '    -H \'Content-Type: text/csv\' -H "Authorization: Bearer $TOKEN" \\',
      `    'https://collector:${defaultPort}/v1/records?host=attic&recorder=ups'`,
    ),
  ],
  seeAlso: ['sdr-forward(1)', 'sdr-doctor(1)', 'sdr-cat(1)', 'sdr-csv(5)', 'sdr-wire(7)'],
};
