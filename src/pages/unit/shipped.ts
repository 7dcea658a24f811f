/** The units that the packages install, as files below packaging/systemd/. */
import { unitText, word } from './file.ts';
import type { Need } from './hardening.ts';
import { forward, node, pi, xen } from './hardening.ts';
import type { Recording, Service } from './service.ts';
import { packagedInterval, packagedOptions, serviceText, stateDirectory } from './service.ts';

/** Where the packages put the program. */
export const installed = '/usr/bin/sdr';

/** `sdr record cpurec` as a service, at the pace and with the bounds of the packages. */
const recording = (record: Recording, recorder: string): string => {
  const bounds = packagedOptions(record).flatMap(({ long, value }) => [long, word(value)]);
  return [installed, 'record', recorder, packagedInterval(record), '-o', stateDirectory, ...bounds].join(' ');
};

/** All of the configuration; `sdr unit` prints it when nothing is asked. */
export const everything: Service = {
  about: [
    'Records what /etc/sdr/sdr.toml says into /var/lib/sdr. xenrec needs root: it is left to sdr-xen.service.',
    'To write elsewhere, set ReadWritePaths= beside `output` (systemctl edit sdr).',
  ],
  description: 'System data recorder',
  pages: ['sdr(1)', 'sdr-record(1)', 'sdr-install(7)'],
  exec: `${installed} record`,
  isConfigured: true,
  state: 'sdr',
  writes: [],
  isRoot: false,
  needs: [],
};

const one = (record: Recording): Service => ({
  ...everything,
  about: [
    'Records one recorder into /var/lib/sdr: sdr@cpurec, or with an interval of its own sdr@hdwrec@30m.',
    'Not beside sdr.service for the same recorder: the second one ends with 75.',
  ],
  description: 'System data recorder: %i',
  exec: recording(record, '%i'),
  isConfigured: false,
  defaultInstance: 'sysrec',
});

const xenHost = (record: Recording): Service => ({
  ...everything,
  about: [
    'Records the domains of a Xen host, from dom0. It runs as root, which alone may ask the hypervisor, and writes into a directory',
    'of its own: systemd would take a shared one away from the user of the other services.',
  ],
  description: 'System data recorder: Xen domains',
  pages: ['xenrec(1)', 'sdr-record(1)', 'sdr-install(7)'],
  exec: recording(record, 'xenrec'),
  isConfigured: false,
  state: 'sdr-xen',
  isRoot: true,
  needs: [xen],
});

/** What is put into `sdr.service.d/` and the like. */
const dropIn = ({ about, settings }: Need): string => unitText(about, [{ title: 'Service', settings }]);

const sysusers = `# The user that records; it owns what it wrote, and nothing else.
u ${everything.state} - "System data recorder" /var/lib/${everything.state} /usr/sbin/nologin
`;

/** For sdr in cron, which no service made the directory for. */
const tmpfiles = `d /var/lib/${everything.state} 0755 ${everything.state} ${everything.state} -
`;

/** Paths below packaging/ with their text. */
export const shipped = (record: Recording): readonly (readonly [path: string, text: string])[] => [
  ['systemd/sdr.service', serviceText(everything)],
  ['systemd/sdr@.service', serviceText(one(record))],
  ['systemd/sdr-xen.service', serviceText(xenHost(record))],
  ...[forward, pi, node].map((need): [string, string] => [`systemd/${need.name}.conf`, dropIn(need)]),
  ['sysusers.d/sdr.conf', sysusers],
  ['tmpfiles.d/sdr.conf', tmpfiles],
];
