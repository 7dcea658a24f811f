/**
 * What a service of sdr may do: nothing but read the kernel's counters and write its own directory. Each setting that somebody would
 * like to be stricter says why it is not. systemd.exec(5), systemd.resource-control(5).
 */
import type { Setting } from './file.ts';
import { setting } from './file.ts';

/** Of every service. */
export const hardening: readonly Setting[] = [
  setting('NoNewPrivileges', 'yes'),
  setting('CapabilityBoundingSet', ''),
  setting('AmbientCapabilities', ''),
  setting('ProtectSystem', 'strict'),
  setting('ProtectHome', 'read-only', '"yes" would hide /home from fsrec.'),
  setting('PrivateMounts', 'yes'),
  setting('PrivateTmp', 'yes'),
  setting('PrivateDevices', 'yes'),
  setting('PrivateUsers', 'yes'),
  setting('PrivateIPC', 'yes'),
  setting('ProtectClock', 'yes'),
  setting('ProtectHostname', 'yes'),
  setting('ProtectKernelTunables', 'yes'),
  setting('ProtectKernelModules', 'yes'),
  setting('ProtectKernelLogs', 'yes'),
  setting('ProtectControlGroups', 'yes'),
  setting('ProtectProc', 'invisible'),
  setting(
    'ProcSubset',
    'all',
    '"pid" would hide /proc/stat, /proc/meminfo, /proc/diskstats and all else there is to record.',
  ),
  setting(
    'RestrictAddressFamilies',
    'AF_NETLINK',
    'To ask the kernel for the addresses of interfaces (hdwrec); no network.',
  ),
  setting('IPAddressDeny', 'any'),
  setting('RestrictNamespaces', 'yes'),
  setting('RestrictRealtime', 'yes'),
  setting('RestrictSUIDSGID', 'yes'),
  setting('RemoveIPC', 'yes'),
  setting('LockPersonality', 'yes'),
  setting('MemoryDenyWriteExecute', 'yes'),
  setting('KeyringMode', 'private'),
  setting('SystemCallArchitectures', 'native'),
  setting('SystemCallFilter', '@system-service'),
  setting('SystemCallFilter', '~@privileged @resources'),
  setting('SystemCallErrorNumber', 'EPERM'),
  setting('DevicePolicy', 'closed'),
];

/** What something needs beyond that: settings in the place of those above. */
export interface Need {
  /** `pi.conf` */
  readonly name: string;
  readonly about: readonly string[];
  readonly settings: readonly Setting[];
}

/** The network. */
const network: readonly Setting[] = [
  setting('RestrictAddressFamilies', 'AF_NETLINK AF_UNIX AF_INET AF_INET6', 'AF_UNIX and AF_NETLINK to look up names.'),
  setting('IPAddressDeny', ''),
];

/** The network, and the token that a collector asks for. */
export const forward: Need = {
  name: 'forward',
  about: [
    'Lets sdr forward what it records. /etc/sdr/token holds the token of the collector; only root need read it. It has to be there:',
    'for a collector without tokens, take the last line away (a copy beside the unit, not a link).',
  ],
  settings: [...network, setting('LoadCredential', 'token:/etc/sdr/token')],
};

/** A file that only root need read, handed to a service under a name. */
export interface Secret {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
}

/** The network, and these secrets. Of their paths systemd reads all as it stands but `%`. */
export const forwarding = (secrets: readonly Secret[]): Need => ({
  name: 'forward',
  about: [],
  settings: [
    ...network,
    ...secrets.map(({ name, path }) => setting('LoadCredential', `${name}:${path.replaceAll('%', '%%')}`)),
  ],
});

/** The firmware of a Raspberry Pi: `vcgencmd` opens a device that group video may use. */
export const pi: Need = {
  name: 'pi',
  about: ['Lets pirec ask the firmware of a Raspberry Pi (vcgencmd), which group video may.'],
  settings: [
    setting('SupplementaryGroups', 'video'),
    setting('PrivateDevices', 'no'),
    setting('PrivateUsers', 'no', 'A user namespace would know no group video.'),
    setting('DeviceAllow', '/dev/vcio_gencmd rw'),
    setting('DeviceAllow', '/dev/vcio rw'),
  ],
};

/** The hypervisor: `xentop` asks it through devices of root. */
export const xen: Need = {
  name: 'xen',
  about: [],
  settings: [
    setting('CapabilityBoundingSet', 'CAP_SYS_ADMIN CAP_IPC_LOCK'),
    setting('PrivateDevices', 'no'),
    setting('PrivateUsers', 'no'),
    setting('RestrictAddressFamilies', 'AF_NETLINK AF_UNIX', 'AF_UNIX to ask xenstored.'),
    setting('DeviceAllow', '/dev/xen/privcmd rw'),
    setting('DeviceAllow', '/dev/xen/hypercall rw'),
    setting('DeviceAllow', '/dev/xen/xenbus rw'),
    setting('DeviceAllow', '/dev/xen/evtchn rw'),
    setting('DeviceAllow', '/dev/xen/gntdev rw'),
  ],
};

/** The full edition: V8 writes code that it runs. */
export const node: Need = {
  name: 'node',
  about: ['For the full edition, on Node.js: V8 compiles while it runs. The environment saves memory.'],
  settings: [
    setting('MemoryDenyWriteExecute', 'no'),
    setting('Environment', 'NODE_OPTIONS=--v8-pool-size=0 MALLOC_ARENA_MAX=1'),
  ],
};

/** Programs that the user brought along (`--exec`): nobody knows what they do. */
export const programs: Need = {
  name: 'exec',
  about: [],
  settings: [
    setting('RestrictAddressFamilies', 'AF_NETLINK AF_UNIX AF_INET AF_INET6', 'For the programs of --exec.'),
    setting('IPAddressDeny', ''),
    setting('MemoryDenyWriteExecute', 'no', 'For the programs of --exec.'),
  ],
};
