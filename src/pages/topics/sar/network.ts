/** The reports of `sar -n`. */
import type { Answer, Silence } from './answer.ts';
import { none } from './answer.ts';

export const networkAnswers: readonly Answer[] = [
  {
    flags: '-n DEV',
    about: 'interfaces, bytes where sar has kilobytes',
    recorder: 'nicrec',
    fields: [
      ['rxpck/s, txpck/s', '`rx_packets_per_s`, `tx_packets_per_s`'],
      ['rxkB/s, txkB/s', '`rx_bytes_per_s`, `tx_bytes_per_s`'],
      ['rxcmp/s, txcmp/s', '`rx_compressed_per_s`, `tx_compressed_per_s`'],
      ['rxmcst/s', '`rx_multicast_per_s`'],
      ['%ifutil', '`util_pct`'],
    ],
    remark: 'All physical interfaces together are in sysrec(1).',
  },
  {
    flags: '-n EDEV',
    about: 'errors of interfaces',
    recorder: 'nicrec',
    fields: [
      ['rxerr/s, txerr/s', '`rx_errors_per_s`, `tx_errors_per_s`'],
      ['coll/s', '`tx_collisions_per_s`'],
      ['rxdrop/s, txdrop/s', '`rx_drops_per_s`, `tx_drops_per_s`'],
      ['txcarr/s', '`tx_carrier_per_s`'],
      ['rxfram/s', '`rx_frame_per_s`'],
      ['rxfifo/s, txfifo/s', '`rx_fifo_per_s`, `tx_fifo_per_s`'],
    ],
  },
  {
    flags: '-n SOFT',
    about: 'software queues',
    recorder: 'sysrec',
    fields: [
      ['dropd/s', '`softnet_drops_per_s`, of all processors together'],
      ['squeezd/s', '`softnet_squeezes_per_s`, likewise'],
      ['total/s, rx_rps/s, flw_lim/s, blg_len', none],
    ],
  },
  {
    flags: '-n SOCK',
    about: 'sockets',
    recorder: 'sysrec',
    fields: [
      ['tcpsck', '`tcp_established`: established connections, IPv6 included'],
      ['totsck, udpsck, rawsck, ip-frag, tcp-tw', none],
    ],
  },
  {
    flags: '-n ETCP',
    about: 'errors of TCP',
    recorder: 'sysrec',
    fields: [
      ['retrans/s', '`tcp_retransmits_per_s`'],
      ['atmptf/s, estres/s, isegerr/s, orsts/s', none],
    ],
  },
];

export const networkSilences: readonly Silence[] = [
  { flags: '-n TCP', about: 'connections and segments', why: none },
  { flags: '-n IP, EIP, IP6, EIP6', about: 'datagrams', why: none },
  { flags: '-n ICMP, EICMP, ICMP6, EICMP6', about: 'ICMP messages', why: none },
  { flags: '-n UDP, UDP6, SOCK6', about: 'UDP, and sockets of IPv6', why: none },
  { flags: '-n NFS, NFSD', about: 'NFS calls', why: none },
  { flags: '-n FC', about: 'fibre channel', why: none },
];
