/** What xentop's own page leaves out: read in its source, Xen 4.2 to 4.22, and seen on real hosts (fixtures/xenrec). */
import type { Note } from '../../src/recorder.ts';

/** Lines to one paragraph. */
const p = (...lines: readonly string[]): string => lines.join(' ');

const note = (title: string, ...paragraphs: readonly string[]): Note => ({ title, text: paragraphs.join('\n\n') });

export const notes: readonly Note[] = [
  note(
    'How a sample is taken',
    p(
      '`xentop -b -d1 -i2 -f` prints two tables, a second apart; the second one is the sample, because CPU(%) is 0.0',
      'all through the first. It runs beside the other recorders, which do not wait for it; its rows carry the time of',
      'the tick at which it was started, and interval_s is measured between its answers. Two of them never run at',
      'once: a tick that comes while one still runs is skipped. A run needs one second and two collections:',
      'milliseconds on idle hardware, seconds with hundreds of domains; however long they take, CPU(%) is over the',
      'time that has really passed. Other xentops at the same time do no harm.',
    ),
    p(
      'It must run as root in dom0, with the Xen utilities installed. It is looked for in PATH, /usr/sbin, /sbin,',
      '/usr/local/sbin and /usr/lib/xen-<version>/bin, those of the running version first. On Debian, /usr/sbin/xentop',
      'is a wrapper that starts the xentop of the running Xen; where its package is missing, that is what stderr says.',
    ),
  ),
  note(
    'Received and transmitted',
    p(
      'xentop counts at the interface that dom0 holds of each guest, so its NETTX is what dom0 transmitted to the',
      'guest, and that is what the guest received. The columns here are named from the side of the guest:',
      'guest_rx_bytes_total is NETTX(k) × 1024 and guest_tx_bytes_total is NETRX(k) × 1024. They agree with the',
      'counters of the interface inside the guest but for the last kilobyte.',
    ),
    p(
      'Without a Linux bridge in dom0 (routed or NAT networks, Open vSwitch) libxenstat finds no interfaces at all:',
      'nets and both columns are 0 for every domain, in all versions. A bridge with `vir` in its name, such as virbr0,',
      'does not count as one, and an interface whose name contains that of the bridge is left out; an interface with a',
      '`p` in its name is counted all the same. The interface that QEMU emulates for an HVM guest is counted as well',
      'as the paravirtual one. nicrec(1) sees the interfaces (vif1.0) whatever the network is.',
    ),
  ),
  note(
    'Two columns of CPU',
    p(
      'cpu_pct is what xentop saw in its one second; cpu_interval_pct is the growth of cpu_s_total over interval_s, so',
      'it covers all of the time, but in steps of a whole second of CPU time: 10 % at an interval of 10 s. Both are',
      'sums over the vcpus: 100 is one vcpu fully used, and the most is 100 × vcpus. Neither is divided by the CPUs of',
      'the host.',
    ),
    p(
      'xentop measures with the wall clock. A clock set back makes its numbers negative or infinite, one set ahead',
      'makes them small; a domain id used again gives about 1844674407371. What is negative, no number, or more than',
      'twice what the vcpus can have is an empty cell. So is the 0.0 of a domain that was not there in the first',
      'table: it has not been measured yet. A domain that was paused between the tables has the share of the time that',
      'it ran. cpu_interval_pct uses the monotonic clock and knows none of this.',
    ),
  ),
  note(
    'State',
    p(
      'The letters are those of xentop without its dashes, several if several hold (`bp`). An idle guest is `b`.',
      '`none` is a guest that wants to run and had no CPU at that very moment; dom0 is always `r`, because it runs',
      'xentop. `s` and `c` stay only as long as the toolstack keeps such a domain (on_poweroff or on_crash =',
      'preserve); a crashed one shows `c` without `s`. A destroyed guest goes from `p` to not being there, since',
      'domains without a name are not listed: `d` is hardly ever seen. `p` is also what a domain shows while it is',
      'built or migrated.',
    ),
  ),
  note(
    'Memory',
    p(
      'maxmem_bytes is what the hypervisor allows at this moment: the present target plus 1 MiB under libxl, and not',
      '`maxmem=` of the configuration. mem_bytes is above it while a guest balloons down. dom0 has no limit unless it',
      'was booted with `dom0_mem=…,max:…` or ballooned once; then both cells are empty, and may turn into numbers',
      'later. Shares are of the memory that the hypervisor counts. Memory comes in kilobytes, so bytes are multiples',
      'of 1024.',
    ),
  ),
  note(
    'Block devices',
    p(
      'Requests and sectors are counted in dom0, in the device that it serves; sectors have 512 bytes whatever the',
      'disk is. The sums cover all devices of a domain. When none of them tells, the cells are empty (Xen 4.13 or',
      'later; older ones leave such devices out); when only some tell, the others are missing in the sums.',
      'vbd_out_of_requests_total that grows means a guest that is held back by dom0.',
    ),
    p(
      'Devices that QEMU serves (images in files, qcow2) are asked for over a socket that gets 10 ms to answer. If',
      'that is too short, vbds and all five columns are 0 in that sample and right again in the next: a total that',
      'falls to 0 together with vbds is no restart. Leave such rows out of sums (`vbds > 0`).',
    ),
  ),
  note(
    'Names',
    p(
      'A name is any bytes that somebody chose. As `domain` it is percent-encoded like every id of sdr-csv(5): a blank',
      'is `%20`. Blanks at the left of a name cannot be told from the padding of xentop and are dropped. A name with',
      'newlines is put together again. The domain without a name is `%00`.',
    ),
    p(
      'The domain id is not printed, so domains are known by their names. Those that share one become `name`,',
      '`name~2`, `name~3` in the order of their ids, and move up when one goes, with totals that are then of another',
      'domain; a `~` that belongs to a name is `%7E`. A guest that was started anew under its name begins its totals',
      'at 0, and cpu_interval_pct is empty once.',
    ),
  ),
  note(
    'Domains that come and go',
    p(
      'There is a row for each domain of the second table, in its order: by name, without regard to case. A domain',
      'that is being built is there with state `p`, no vcpus and no memory, filled in step by step; one that is being',
      'destroyed has lost its devices but not yet its memory. The device totals of a domain fall to 0 at its end',
      'before the domain goes.',
    ),
    p(
      'With more than 256 domains and gaps between their ids, libxenstat lists some twice (352 domains were 451',
      'lines). Lines that are equal byte for byte are written once.',
    ),
  ),
  note(
    'When xentop fails',
    p(
      'A sample is good when a second table came, and only then: xentop ends with status 0 when xenstored dies between',
      'the tables, when it does not know an option, and when it is terminated; and it warns on stderr when all is',
      'well. Otherwise the sample is skipped, with one line that has the first words of its stderr; the next rows',
      'cover the gap. A table without any domain is not printed, not even its header, so a host that lists none in one',
      'of the tables has no sample.',
    ),
    p(
      'With xenstored dead or frozen xentop waits for ever and ignores SIGTERM and SIGINT. After 9 s it gets SIGKILL,',
      'with everything that it started. That is less than the interval of 10 s which xenrec has by itself, so that',
      'such a run costs one sample; at shorter intervals it costs those that fall into the 9 s.',
    ),
  ),
  note(
    'Totals to rates',
    p(
      'Columns that end in _total count since the domain or its device came up. Difference them by `domain`, and drop',
      'what is negative (a domain started anew) as the examples do. They are exact beyond 2^53; tools that compute in',
      'doubles are not.',
    ),
  ),
  note(
    'Versions',
    p(
      'The table has had the same 19 columns in the same order since Xen 4.0; Xen 3 lacks the sectors and is refused.',
      'Until 4.4 columns are not widened, so long names and large numbers shift their line: that is read right.',
      'Devices of QEMU are counted since 4.6, those of tapdisk 3 since 4.19. Locale and terminal change nothing.',
    ),
  ),
];

/** Lines of a shell: the last two commands have several. */
export const examples: readonly string[] = [
  'sdr record xenrec 10',
  'sdr record sysrec xenrec@10 1 -o /var/lib/sdr',
  'sdr record xenrec 10 --columns state,cpu_pct --format table',
  'sdr cat xenrec --since 1h | mlr --icsv --ocsv \\',
  '  step -a delta -f time,guest_rx_bytes_total -g domain then \\',
  "  filter '$time_delta > 0' then \\",
  "  filter '$guest_rx_bytes_total_delta >= 0' then \\",
  "  put '$rx_per_s = $guest_rx_bytes_total_delta / $time_delta'",
  "sdr cat xenrec --since 1h | LC_ALL=C awk -F, '",
  '  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }',
  '  { t = $at["time"]; d = $at["domain"] }',
  '  { v = $at["vbd_reads_total"] }',
  '  $at["vbds"] > 0 && v != "" {',
  '    if (d in V && v >= V[d]) print t, d, (v - V[d]) / (t - T[d])',
  '    T[d] = t; V[d] = v',
  "  }'",
];
