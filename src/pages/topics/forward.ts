/** What sdr-forward(1) says beyond its declaration. */
import type { Prose } from '../command.ts';
import { bullets, code, terms } from '../page.ts';

export const forward: Prose = {
  description: [
    'Sends what is recorded in <DIR>, as it comes, to each receiver that `--to` names: an sdr-collect(1), or whatever else speaks sdr-wire(7). The files are the queue: nothing is copied, nothing is kept in memory, and a network that was away for a day costs time, not rows. `sdr record --to` does the same beside the recording.',
    'Each `--to` is a destination with a cursor of its own; one that is down or slow holds up neither the others nor the recording. Fresh rows go before old ones. Only whole lines are sent, and only what the receiver says is durable counts as sent. A cursor that is lost does no harm: the receiver is asked.',
    'Without <DIR> it is `$STATE_DIRECTORY`, else /var/lib/sdr.',
  ],
  options: {
    '--to': [
      '`http://`, `https://`, `tcp://` and `tls://` are possible, the last two being the line mode of sdr-wire(7) for hosts that stay connected. The recorder edition leaves TLS to curl(1).',
      '`A,B`: new files go to B when A has failed for a minute, and to A again when it is back; a file that A may have a part of waits for A, so that nothing is at both. `hash:A,B` gives each host one of them, by its name.',
    ],
    '--host': [
      'The name of the machine by default. Twenty boards called raspberrypi need twenty names: the second one that comes under a known name is refused.',
    ],
    '--token-file': ['Without it `$CREDENTIALS_DIRECTORY/token`, which systemd fills, or what `SDR_TOKEN_FILE` names.'],
    '--once': [
      'When nothing has arrived for 30 seconds, or the receiver refuses for good, it gives up; the exit is 1 then and the rest waits for the next run.',
    ],
  },
  sections: [
    {
      title: 'WHEN IT FAILS',
      blocks: [
        bullets(
          'What passes (no network, 429, 503, 507) is tried again, at random and ever later, after half a minute or what `Retry-After` says at most.',
          'What a person must mend (401, 403, 409: another machine has this name, or other bytes are there) is said once and tried again every five minutes. One file that is refused does not hold up the others.',
          'A file that `--keep`, `--max-bytes` or `--min-free` takes away is one that every destination has, as long as there is such a file. What goes before it was sent is counted and said, file by file.',
        ),
      ],
    },
  ],
  environment: terms(
    ['`STATE_DIRECTORY`', 'The directory when none is named; systemd sets it for its services.'],
    ['`SDR_TOKEN_FILE`', 'As `--token-file`.'],
    ['`CREDENTIALS_DIRECTORY`', 'Where systemd puts what `LoadCredential=` names: `token` is looked for.'],
  ),
  files: terms(['<DIR>/.sdr/forward-*.json', 'How far each destination is.']),
  exits: ['done', 'partial', 'usage', 'bug', 'cannotCreate', 'permission', 'config', 'interrupted'],
  examples: [
    'From cron, every quarter of an hour, over a line that is not always there:',
    code('*/15 * * * * sdr forward --to https://collector:7373 --once'),
  ],
  seeAlso: ['sdr-record(1)', 'sdr-collect(1)', 'sdr-wire(7)'],
};
