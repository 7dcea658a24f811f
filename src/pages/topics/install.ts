/** sdr-install(7): packages, services, cron and rotation; and what sdr-unit(1) says beyond its declaration. */
import type { Prose } from '../command.ts';
import type { Page, Section } from '../page.ts';
import { bullets, code, references, table, terms } from '../page.ts';

const packages: Section = {
  title: 'PACKAGES',
  blocks: [
    'For Debian and what is made of it, such as Raspberry Pi OS and Ubuntu. The program is static: a package needs nothing that is not there already, and no network.',
    table(
      ['machine', 'package'],
      [
        ['PC, server, Xen dom0', 'sdr_*_amd64.deb'],
        ['Raspberry Pi 2 v1.2 to 5, Zero 2, 64-bit system', 'sdr_*_arm64.deb'],
        ['every Raspberry Pi, 32-bit Raspberry Pi OS', 'sdr_*_armhf.deb'],
        ['other ARMv7 boards, Debian', 'sdr_*_armhf.deb'],
        ['Raspberry Pi 1 and Zero, Debian', 'sdr_*_armel.deb'],
      ],
    ),
    '`dpkg --print-architecture` tells the last word; `uname -m` does not, because a 32-bit system may have a 64-bit kernel, as that of a Pi 4 or 5 has. Raspberry Pi OS calls `armhf` what begins with ARMv6, Debian what begins with ARMv7. The package of that name holds the program for ARMv6, which runs on both. That of `armel` refuses a processor older than that.',
    code('sudo dpkg -i sdr_*_armhf.deb', 'sudo systemctl enable --now sdr'),
    'A new package starts nothing by itself: there are several ways to record, and each writes to a disk that may be a card. It makes the user `sdr` and its directory /var/lib/sdr. An upgrade starts again what runs, and leaves a changed /etc/sdr/sdr.toml alone. Removing stops it. `dpkg -P sdr` takes all of /etc/sdr away, token included, and leaves what was recorded, with the user that owns it; where nothing was recorded, that user goes as well.',
  ],
};

const plain: Section = {
  title: 'THE PLAIN PROGRAM',
  blocks: [
    'Where there is no dpkg(1): in `sdr-*-linux.tar.gz`, `install.sh` picks the program for this machine by `uname -m`, compares it with `SHA256SUMS`, and installs it with its manual pages, completions and units below /usr/local.',
    code('tar xzf sdr-*-linux.tar.gz', 'sudo sdr-*/install.sh', 'sudo sdr-*/install.sh --uninstall'),
    '`--prefix <dir>` installs elsewhere, `--destdir <dir>` into the root of an image. Neither touches what was recorded. A 32-bit system on a 64-bit kernel gets the 32-bit program. The program alone is enough, too: copied anywhere, it runs.',
  ],
};

const services: Section = {
  title: 'SERVICES',
  blocks: [
    terms(
      [
        '`sdr.service`',
        'One process for everything that sdr.toml(5) says; as it is installed, all recorders that work here, every 10 seconds, one write a minute, four weeks and at most 256 MiB. `systemctl reload sdr` reads the configuration again.',
      ],
      [
        '`sdr@.service`',
        'One recorder for each instance, at the same pace and with the same bounds: `sdr@cpurec`, or with an interval of its own `sdr@hdwrec@30m`.',
      ],
      [
        '`sdr-xen.service`',
        'The domains of a Xen host: xenrec(1) as root, into /var/lib/sdr-xen. It has a directory of its own because systemd would give a shared one to root, and take it away from the others; the other services leave xenrec out.',
      ],
    ),
    'They write into /var/lib/sdr as user `sdr`, files that everybody may read: `sdr cat cpurec --since 1h` needs no rights. What root records there by hand belongs to root, and the service that is to go on with it ends with 77: by hand, record as that user (`sudo -u sdr sdr record`) or elsewhere; `chown -R sdr: /var/lib/sdr` mends it. They are started again after a fault, but not where that would end the same way (exit 64, 69, 75, 77 or 78).',
    'They are confined: they can write nowhere else, and have no rights, no devices and no network. What needs more is added by a file beside the unit, ready below /usr/share/sdr/systemd:',
    terms(
      ['`pi.conf`', 'Group video, for pirec(1), which asks the firmware of a Raspberry Pi.'],
      ['`forward.conf`', 'The network, and the token in /etc/sdr/token, to send on what was recorded.'],
      ['`node.conf`', 'For the full edition on Node.js, whose compiler writes code while it runs.'],
    ),
    code(
      'sudo mkdir -p /etc/systemd/system/sdr.service.d',
      'sudo ln -s /usr/share/sdr/systemd/pi.conf \\',
      '  /etc/systemd/system/sdr.service.d/',
      'sudo systemctl daemon-reload',
      'sudo systemctl restart sdr',
    ),
    'To write to another disk, set `output` in the configuration, and `ReadWritePaths=` to the same directory with `systemctl edit sdr`; it must belong to user `sdr`. Any other recording as a service is printed by sdr-unit(1).',
    'DynamicUser= would do without a user, but its directories are closed to everybody else.',
  ],
};

const cron: Section = {
  title: 'CRON',
  blocks: [
    'A line of crontab(5) takes one sample, which covers the time since the one before, and is silent when all is well. cron leaves the environment nearly empty; sdr needs none of it.',
    code(
      '* * * * * sdr /usr/bin/sdr record sysrec cpurec -o /var/lib/sdr',
      '7 4 * * * sdr /usr/bin/sdr record hdwrec --changes -o /var/lib/sdr',
    ),
    'Such lines are for /etc/cron.d, whose sixth word is the user; in the table of a user it is left out. A `%` ends a line of cron and has to be `\\%`. Not beside a service that records the same: the second one exits 75, and cron sends mail.',
  ],
};

const rotation: Section = {
  title: 'LOGROTATE',
  blocks: [
    'It is not needed: there is a file for each day, and `--keep`, `--max-bytes`, `--min-free` and `--compress` do the rest. Who wants it all the same, for the one file that cron appends to or to move days elsewhere, has to mind three things:',
    bullets(
      '`nocreate`: an empty file in the place of the old one would lack its header;',
      'no `copytruncate`: a file that shrinks is not continued, and rows are lost between copy and cut;',
      'a name that does not end in `.csv` or `.csv.gz` in the same directory, or another directory (`olddir`): names are never used twice, and a rotated file would count as one of them.',
    ),
    'A recording needs no signal: it opens its file for each write. examples/logrotate.conf has both cases.',
  ],
};

/** sdr-install(7) */
export const installPage = (): Page => ({
  name: 'sdr-install',
  section: 7,
  summary: 'packages, services and cron lines of sdr',
  sections: [
    { title: 'DESCRIPTION', blocks: ['How sdr(1) comes onto a machine, and how it is kept running there.'] },
    packages,
    plain,
    services,
    cron,
    rotation,
    {
      title: 'FILES',
      blocks: [
        terms(
          ['/etc/sdr/sdr.toml', 'The configuration, with /etc/sdr/conf.d/*.toml behind it.'],
          ['/var/lib/sdr', 'What was recorded.'],
          ['/var/lib/sdr-xen', 'What `sdr-xen.service` recorded.'],
          ['/usr/share/doc/sdr/examples', 'Scripts for what was recorded.'],
        ),
      ],
    },
    {
      title: 'SEE ALSO',
      blocks: [references(['sdr(1)', 'sdr-record(1)', 'sdr-unit(1)', 'sdr-doctor(1)', 'sdr-csv(5)'])],
    },
  ],
});

/** sdr-unit(1) */
export const unit: Prose = {
  description: [
    'Prints a service for the recording that the same words behind sdr-record(1) would begin, and checks them as that would. It is confined as the installed services are, which sdr-install(7) describes; what the recorders need beyond that is in it: xenrec(1) makes it a service of root, pirec(1) gives it group video, `--exec` the network for programs that nobody knows.',
    'Without words and options it is the installed `sdr.service`, which records what the configuration says. With them the configuration does not matter: the interval is 10 seconds and the bounds are those of the packages, unless something else is asked for.',
  ],
  options: {
    '--output': [
      'Standard output is refused: it would be the journal. Below /var/lib systemd makes <dir>, with the right owner; a directory elsewhere must be there and belong to user `sdr`; /tmp is refused, of which a service has one of its own. Without it, /var/lib/sdr, or /var/lib/sdr-xen for xenrec(1).',
    ],
    '--token-file': ['systemd hands it over (LoadCredential=), so that only root need be able to read <file>.'],
    '--key': ['systemd hands it over as well. <file> of `--ca` and `--cert` is read by user `sdr`.'],
    '--config': ['The service reads <file>.'],
  },
  exits: ['done', 'usage', 'bug', 'config'],
  examples: [
    'A fast recording beside the installed one, into a directory of its own:',
    code(
      'sdr unit sysrec 1s -o /var/lib/sdr-fast |',
      '  sudo tee /etc/systemd/system/sdr-fast.service',
      'sudo systemctl daemon-reload',
      'sudo systemctl enable --now sdr-fast',
    ),
  ],
  seeAlso: ['sdr-record(1)', 'sdr-install(7)'],
};
