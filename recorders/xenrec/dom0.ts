/** Whether xentop can work here, and where it is: Documentation/ABI/stable/sysfs-hypervisor-xen and drivers/xen/xenfs of Linux. */
import { SdrError } from '../../src/errors.ts';
import type { Machine } from '../../src/machine.ts';

/** The path of xentop. Throws an SdrError (`unavailable`, `permission`) that says what is missing. */
export function findXentop(machine: Machine): string {
  if (!isXen(machine)) throw new SdrError('unavailable', 'This machine does not run on Xen');
  if (isGuest(machine)) {
    throw new SdrError('unavailable', 'This machine is a guest of Xen: domains can only be seen from dom0');
  }
  const path = machine.system.find('xentop', directories(machine));
  if (path === null) {
    const looked = 'PATH, /usr/sbin, /sbin, /usr/local/sbin and /usr/lib/xen-*/bin';
    throw new SdrError('unavailable', `There is no xentop in ${looked}: install the Xen utilities`);
  }
  const uid = machine.system.fact('uid');
  if (uid !== null && uid !== '0') {
    throw new SdrError('permission', `Only root may ask the hypervisor: run sdr as root (now it is user ${uid})`);
  }
  return path;
}

/** The kernel makes /proc/xen for xenfs under Xen only. */
const isXen = (machine: Machine): boolean =>
  machine.text('/sys/hypervisor/type') === 'xen' || machine.exists('/proc/xen');

/** xenfs tells it, where it is mounted; Linux 6.3 or later tells it in sysfs; else only dom0 has the UUID of zeros. */
function isGuest(machine: Machine): boolean {
  const capabilities = machine.text('/proc/xen/capabilities');
  if (capabilities !== null) return !capabilities.includes('control_d');
  const initial = machine.text('/sys/hypervisor/start_flags/initdomain');
  if (initial !== null) return initial === '0';
  return /^(?=.*[1-9a-f])[-\da-f]{36}$/i.test(machine.text('/sys/hypervisor/uuid') ?? '');
}

/** Where xentop lies when PATH does not say so, as under cron. Only the utilities of the running Xen work: they come first. */
function directories(machine: Machine): readonly string[] {
  const [major, minor] = ['major', 'minor'].map((part) => machine.text(`/sys/hypervisor/version/${part}`));
  const running = `xen-${major}.${minor}`;
  const versions = (machine.names('/usr/lib') ?? []).filter((name) => /^xen-[\w.+-]+$/.test(name));
  versions.sort((a, b) => Number(b === running) - Number(a === running));
  return ['/usr/sbin', '/sbin', '/usr/local/sbin', ...versions.map((name) => `/usr/lib/${name}/bin`)];
}
