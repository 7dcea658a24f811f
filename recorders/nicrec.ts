/** Packets, bytes, errors and load per network interface, from /proc/net/dev and /sys/class/net. */
import { indexes } from '../src/formula.ts';
import type { Machine } from '../src/machine.ts';
import { links } from '../src/proc/link.ts';
import { netdev } from '../src/proc/netdev.ts';
import { defineRecorder } from '../src/recorder.ts';
import { counter, gauge, level, own, rate } from '../src/schema.ts';

const from = (i: number) => `/proc/net/dev, number ${i}`;
const ulong = { width: 'ulong' } as const;

const fields = {
  rx_bytes: counter('rx_bytes_total', from(1), 'bytes received', ulong),
  rx_packets: counter('rx_packets_total', from(2), 'packets received', ulong),
  rx_errors: counter('rx_errors_total', from(3), 'packets received with an error', ulong),
  rx_drops: counter('rx_drops_total', from(4), 'packets received and dropped', ulong),
  rx_fifo: counter('rx_fifo_total', from(5), 'receive FIFO overruns', ulong),
  rx_frame: counter('rx_frame_total', from(6), 'framing, length and CRC errors', ulong),
  rx_compressed: counter('rx_compressed_total', from(7), 'compressed packets received', ulong),
  rx_multicast: counter('rx_multicast_total', from(8), 'multicast packets received', ulong),
  tx_bytes: counter('tx_bytes_total', from(9), 'bytes sent', ulong),
  tx_packets: counter('tx_packets_total', from(10), 'packets sent', ulong),
  tx_errors: counter('tx_errors_total', from(11), 'packets not sent for an error', ulong),
  tx_drops: counter('tx_drops_total', from(12), 'packets dropped before sending', ulong),
  tx_fifo: counter('tx_fifo_total', from(13), 'send FIFO overruns', ulong),
  tx_collisions: counter('tx_collisions_total', from(14), 'collisions', ulong),
  tx_carrier: counter('tx_carrier_total', from(15), 'carrier losses, aborts, window and heartbeat errors', ulong),
  tx_compressed: counter('tx_compressed_total', from(16), 'compressed packets sent', ulong),
  speed: gauge('speed_bits_per_s', '/sys/class/net/*/speed', 'link speed', { scale: 1e6 }),
  half_duplex: gauge('half_duplex', '/sys/class/net/*/duplex', '1 when both directions share the link'),
  link_up: gauge('link_up', '/sys/class/net/*/carrier', '1 when there is a carrier'),
} as const;
const at = indexes(fields);

export const nicrec = defineRecorder({
  name: 'nicrec',
  summary: 'packets, bytes, errors and load per network interface',
  key: 'device',
  sources: ['/proc/net/dev', '/sys/class/net/*/{speed,duplex,carrier}'],
  fields,
  columns: {
    rx_packets_per_s: rate('rx_packets', 'packets received'),
    rx_bytes_per_s: rate('rx_bytes', 'bytes received'),
    rx_errors_per_s: rate('rx_errors', 'packets received with an error'),
    rx_drops_per_s: rate('rx_drops', 'packets received and dropped'),
    rx_fifo_per_s: rate('rx_fifo', 'receive FIFO overruns'),
    rx_frame_per_s: rate('rx_frame', 'framing, length and CRC errors'),
    rx_compressed_per_s: rate('rx_compressed', 'compressed packets received'),
    rx_multicast_per_s: rate('rx_multicast', 'multicast packets received'),
    tx_packets_per_s: rate('tx_packets', 'packets sent'),
    tx_bytes_per_s: rate('tx_bytes', 'bytes sent'),
    tx_errors_per_s: rate('tx_errors', 'packets not sent for an error'),
    tx_drops_per_s: rate('tx_drops', 'packets dropped before sending'),
    tx_fifo_per_s: rate('tx_fifo', 'send FIFO overruns'),
    tx_collisions_per_s: rate('tx_collisions', 'collisions'),
    tx_carrier_per_s: rate('tx_carrier', 'carrier losses, aborts, window and heartbeat errors'),
    tx_compressed_per_s: rate('tx_compressed', 'compressed packets sent'),
    packets_per_s: rate(['rx_packets', 'tx_packets'], 'packets received and sent'),
    bytes_per_s: rate(['rx_bytes', 'tx_bytes'], 'bytes received and sent'),
    speed_bits_per_s: level('speed', 'link speed (looked at every 10 s); empty when the driver does not know'),
    util_pct: own(
      ['rx_bytes', 'tx_bytes', 'speed', 'half_duplex'],
      '800 × max(Δrx_bytes, Δtx_bytes) / interval_s / speed; their sum when half duplex',
      (delta, now, seconds) => {
        const rx = delta('rx_bytes');
        const tx = delta('tx_bytes');
        const bytes = now('half_duplex') === 1 ? rx + tx : Math.max(rx, tx);
        return (800 * bytes) / seconds / now('speed');
      },
      'load of the busier direction of the link; empty when the speed is unknown',
      100,
    ),
    link_up: level('link_up', '1 when there is a carrier, 0 when not (looked at every 10 s)'),
  },
  notes: [
    {
      title: 'What has a row',
      text: 'Every interface of the network namespace that sdr runs in; those of containers are in theirs. Do not add them up: a packet passes a bridge, a bond, a VLAN and the cards below them, and is counted by each; on lo it is received and sent at once. sysrec(1) has the sum of the physical interfaces.',
    },
    {
      title: 'Utilisation',
      text: 'util_pct is the busier direction as a share of the link speed, or both directions where they share the link. It is empty where the speed is unknown: Wi-Fi, most virtual cards, an interface that is down. Speeds of virtual interfaces are words: veth says 10 Gbit/s and tun 10 Mbit/s whatever they carry. speed_bits_per_s and link_up are looked at every 10 s, so a cable that is pulled shows that much later.',
    },
    {
      title: 'Packets and bytes',
      text: 'They are what the driver counts: bytes with the Ethernet header, mostly without the checksum and never with the gaps of the wire, so a full link ends some percent below 100. A card that cuts or joins packets by itself (TSO, GRO) makes packets fewer and larger than on the wire.',
    },
    {
      title: 'Drops',
      text: 'rx_drops_per_s contains what the card missed for want of buffers, but also packets that nobody had asked for, such as a protocol that this host does not speak (since Linux 2.6.37): a few of them on a quiet network are no fault. What the kernel dropped behind the card is in softnet_drops_per_s of sysrec(1). What a queueing discipline dropped on the way out is counted by none of these columns.',
    },
    {
      title: 'Errors',
      text: 'rx_errors_per_s has all that the driver calls an error; rx_frame_per_s (length, CRC, alignment) and rx_fifo_per_s are kinds of it. CRC errors mean a cable or a transceiver. Collisions belong to half duplex: where there should be none, the two ends disagree about duplex.',
    },
    {
      title: 'Counters that wrap',
      text: 'Drivers that count in 32 bits on 32-bit kernels wrap after 4 GiB, which is 34 s at 1 Gbit/s. Differences are right across it as long as a row covers less than half of that: use an interval of 10 s or less on such boards. A driver that is loaded anew begins at 0 and has empty cells for one row; an interface that is renamed is a new one.',
    },
  ],
  examples: [
    'sdr nicrec 1',
    "sdr nicrec 1 --skip-devices 'nicrec=veth*' --skip-devices nicrec=lo",
    'sdr nicrec 1 --columns rx_bytes_per_s,tx_bytes_per_s,util_pct',
    'sdr cat nicrec --since 1d --columns rx_drops_per_s,rx_errors_per_s',
    'sdr stats nicrec bytes_per_s --since 1d --every 1h',
  ],
  open(machine: Machine) {
    const read = machine.required(netdev);
    const link = links(machine);
    return (sample) => {
      const nics = read();
      for (let row = 0; row < nics.count; row++) {
        const id = nics.ids[row] as string;
        const values = sample.row(id);
        if (!values) continue;
        nics.copy(row, values, sample);
        const { speed, halfDuplex, up } = link(id);
        values[at.speed] = speed;
        values[at.half_duplex] = halfDuplex;
        values[at.link_up] = up;
      }
    };
  },
});
