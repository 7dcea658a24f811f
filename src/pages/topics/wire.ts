/** sdr-wire(7): the protocol, for somebody who writes a sender or a receiver. Limits, statuses and metrics are those that are declared. */
import { before, longestHead } from '../../wire/frame.ts';
import { defaultPort, guestLimits } from '../../wire/limits.ts';
import { statuses } from '../../wire/statuses.ts';
import type { Page, Section } from '../page.ts';
import { bullets, code, narrow, references, sentence, table, terms } from '../page.ts';
import { limitSection, metricSection } from './wire-numbers.ts';

export function wirePage(): Page {
  return {
    name: 'sdr-wire',
    section: 7,
    summary: 'the protocol between sdr-forward and sdr-collect, and for everybody else',
    sections: [
      description,
      frames,
      rules,
      http,
      answers,
      lines,
      strangers,
      tokens,
      limitSection,
      metricSection,
      versions,
      examples,
      {
        title: 'SEE ALSO',
        blocks: [references(['sdr(1)', 'sdr-collect(1)', 'sdr-forward(1)', 'sdr-csv(5)'])],
      },
      {
        title: 'STANDARDS',
        blocks: ['HTTP/1.1 is RFC 9112, gzip and its CRC-32 are RFC 1952, bearer tokens RFC 6750.'],
      },
    ],
  };
}

const description: Section = {
  title: 'DESCRIPTION',
  blocks: [
    'A sender ships whole lines of files that are only ever appended to, sdr-csv(5). The receiver keeps a copy of each. How long its copy is, is all that both need to know: a sender that has forgotten everything asks, and goes on there. Whatever is sent again is recognised by where it belongs and compared byte for byte.',
    'What tells bytes apart is (host, machine, instance, file, offset):',
    terms(
      [
        'host',
        'The name that its user gave it: a letter or digit, then letters, digits and `. _ -`, at most 200 in all.',
      ],
      [
        'machine',
        '16 hexadecimal digits, a hash of what tells this machine from another: /etc/machine-id, else the serial number of the board. `0000000000000000` is unknown.',
      ],
      [
        'instance',
        '16 hexadecimal digits, random, made with the directory on the host: a wiped directory is another one.',
      ],
      [
        'file',
        '`<recorder>-<day>.csv` or `<recorder>-<day>r<revision>.csv`, without `.gz`. It begins with `time,` and is never used for other bytes within an instance.',
      ],
      ['offset', 'Where the bytes begin in the file, from 0.'],
    ),
  ],
};

const frames: Section = {
  title: 'FRAMES',
  blocks: [
    'A frame is a line that says what follows (folded here), and the bytes, of which the last is LF:',
    code(
      '#sdr pi1 0123456789abcdef fedcba9876543210',
      '     cpurec-20261121.csv 0 20 00000000',
      'time,cpu_pct',
      '1,2.00',
    ),
    code(
      'frame    = "#sdr" SP host SP machine SP instance SP file',
      '           SP offset SP length SP crc LF *OCTET',
      'machine  = 16(DIGIT / %x61-66)',
      'instance = 16(DIGIT / %x61-66)',
      'offset   = "0" / (%x31-39 *14DIGIT)',
      'length   = "0" / (%x31-39 *14DIGIT)',
      'crc      = 8(DIGIT / %x61-66)',
    ),
    `<length> is the number of bytes behind the line, 0 to ask only. <crc> is the CRC-32 of the ${before} bytes of the file before <offset>, or of as many as there are: \`00000000\` at offset 0. The line has at most ${longestHead} bytes.`,
  ],
};

const rules: Section = {
  title: 'WHAT BECOMES OF A FRAME',
  blocks: [
    'Let n be how many bytes the receiver has of (host, instance, file), with those that are on their way to its disk.',
    bullets(
      'Another machine has this host name: 409, until a person accepts it (sdr-collect(1)).',
      'offset > n: nothing is stored, and the answer is n. The sender goes back.',
      'The bytes before offset have another CRC-32 here: 409.',
      'What is there already, from offset on, must be the same byte for byte: else 409.',
      'The rest is appended. The answer is max(n, offset + length), given when everything up to there is durable; so it is for a duplicate, which waits for what it duplicates.',
      'length 0: the answer is n.',
    ),
    'Frames of one file may follow each other before the first is answered. The receiver never orders or refuses anything by its time.',
    'A file is kept as `<host>/<file>`. One of the same name from another instance of that host is kept beside it, as `<host>/<file>~<instance>`.',
  ],
};

const http: Section = {
  title: 'OVER HTTP',
  blocks: [
    terms(
      ['`POST /v1/append`', 'Frames back to back.'],
      ['`GET /v1/next?host=`<H>`&machine=`<M>`&instance=`<I>', 'How far the receiver has all files of an instance.'],
      ['`POST /v1/records?host=`<H>`&recorder=`<R>', 'Rows of strangers.'],
      ['`GET /healthz`', '200 while all is well, else 503 with the reason. It asks for no token.'],
      ['`GET /metrics`', 'Numbers for Prometheus.'],
    ),
    'Of `/v1/append`:',
    terms(
      ['`Authorization: Bearer` <token>', 'Where the receiver has tokens.'],
      ['`Content-Type: application/vnd.sdr.append`', ''],
      ['`Content-Encoding: gzip`', 'Or none. One member, whose last four bytes tell its size.'],
      ['`Content-Length`', 'Or chunks.'],
      ['`Sdr-Agent: sdr/`<version>', 'For whoever looks for what is wrong.'],
    ),
    'The frames of a request are of one host, each file at most once. Every answer has `Sdr-Wire: 1`.',
  ],
};

const answers: Section = {
  title: 'ANSWERS',
  blocks: [
    'Of frames that were read, whatever became of them, JSON by `<host>/<file>`; `refused` is left out when there is none:',
    code(
      '{"next":{"pi1/cpurec-20261121.csv":4096},',
      ' "refused":{"pi1/nicrec-20261121.csv":',
      '   {"status":409,"error":"one line for a person"}}}',
    ),
    'When all are refused, the status is that of the first of them. A request that is refused as a whole gets `{"error":"…"}`. With 429, 503 and 507 comes `Retry-After`, in seconds.',
    narrow(
      ...Object.entries(statuses).map(([status, { meaning, sender }]): [string, string] => [
        status,
        `${sentence(meaning)} A sender ${sender}.`,
      ]),
    ),
    'Nothing of an answer but `next` allows a sender to forget anything.',
  ],
};

const lines: Section = {
  title: 'OVER TCP',
  blocks: [
    'For many hosts that stay connected, with or without TLS. The client speaks first; every line ends in LF.',
    table(
      ['line', 'from', 'meaning'],
      [
        ['AUTH token', 'client', 'first of all; AUTH - without one'],
        ['OK sdr/1', 'server', 'frames may follow'],
        ['ACK host/file next', 'server', 'of a frame: durable up to next'],
        ['NAK status host/file why', 'server', 'of a frame: refused'],
        ['ERR status why', 'server', 'the end of the connection'],
      ],
    ),
    'Each frame is answered by one line, in their order, with the statuses above. A client that sends faster than the disk takes is not read until it does. One that has sent all may close its side and read on.',
  ],
};

const strangers: Section = {
  title: 'ROWS OF STRANGERS',
  blocks: [
    '`/v1/records` takes `text/csv`, a header first, with the quotes of RFC 4180 if need be, or `application/x-ndjson`, an object a line whose values are numbers, texts, true, false or null. The answer is `{"rows":N}`.',
    bullets(
      'What is stored is the CSV of sdr-csv(5). Names of columns become lower-case letters, digits and `_`. Numbers lose exponents and a tenth decimal; NaN, infinities and null become empty cells; texts are percent-encoded.',
      '`time` is in Unix seconds and the first column of a CSV. Where it is missing, the receiver puts the second of arrival there.',
      'With `Idempotency-Key`, 1 to 200 printable characters, a request that comes again is answered as before and stored once, as long as the key is remembered. Without it, what comes again is stored again.',
      `At most ${guestLimits.rows} rows, ${guestLimits.columns} columns and ${guestLimits.cells} cells a request. One wrong row refuses them all, with its line.`,
    ),
  ],
};

const tokens: Section = {
  title: 'THE FILE OF TOKENS',
  blocks: [
    'A line for each, blank lines and those that begin with `#` aside; sdr-collect(1) writes it, and so may you:',
    code(
      '9f86d08…0f00a08 name=pis host=pi*,raspi? recorder=* enrol',
      '60303ae…d3d4bb2 name=attic host=attic expires=2027-01-31T00:00:00Z',
    ),
    terms(
      ['the first word', 'SHA-256 of the token, 64 hexadecimal digits: `printf %s "$TOKEN" | sha256sum`.'],
      ['`name=`', 'What messages call it.'],
      ['`host=`, `recorder=`', 'Shell patterns, separated by commas; all when left out.'],
      ['`expires=`', 'UTC; never when left out.'],
      ['`enrol`', 'Its first frame makes a host known.'],
      ['`read-only`', 'For `/metrics` and `/v1/next` alone.'],
    ),
  ],
};

const versions: Section = {
  title: 'VERSIONS',
  blocks: [
    'This is version 1: `/v1/` in a path, `#sdr` at the head of a frame, `sdr/1` over TCP, `Sdr-Wire: 1` in answers. Within it, answers may get more members, requests more headers that may be left out, and the metrics grow; a reader passes over what it does not know. Anything else would be `/v2/`, beside this.',
  ],
};

const examples: Section = {
  title: 'EXAMPLES',
  blocks: [
    'Two lines of a file, and the same again, which changes nothing:',
    code(
      "printf '#sdr pi1 0123456789abcdef fedcba9876543210 ' > frame",
      "printf 'cpurec-20261121.csv 0 20 00000000\\n' >> frame",
      "printf 'time,cpu_pct\\n1,2.00\\n' >> frame",
      'for i in 1 2; do',
      '  curl -H "Authorization: Bearer $TOKEN" --data-binary @frame \\',
      "    -H 'Content-Type: application/vnd.sdr.append' \\",
      `    http://127.0.0.1:${defaultPort}/v1/append`,
      'done',
    ),
    'What is there:',
    code(
      'curl -G -H "Authorization: Bearer $TOKEN" -d host=pi1 \\',
      '  -d machine=0123456789abcdef -d instance=fedcba9876543210 \\',
      `  http://127.0.0.1:${defaultPort}/v1/next`,
    ),
    'The same over TCP, by bash:',
    code('exec 3<>/dev/tcp/127.0.0.1/7374', 'printf "AUTH $TOKEN\\n" >&3; cat frame >&3', 'head -n 2 <&3'),
  ],
};
