/** Network interfaces: `/proc/net/dev`, and speed and carrier from Documentation/ABI/testing/sysfs-class-net. */
import { level, type Oracles, rate, share, theirs } from '../oracle.ts';
import { perSecond, type Truth, value } from '../view.ts';

const of = (...names: string[]): string[] => names.map((name) => `net:{d}:${name}`);
const dev = (name: string | string[], scale = 1, most = 0): ReturnType<typeof theirs> =>
  theirs(
    [name].flat().map((each) => `sar:net-dev:{d}:${each}`),
    scale,
    most,
  );
const edev = (name: string): ReturnType<typeof theirs> => theirs(`sar:net-edev:{d}:${name}`);

/** Both directions have the whole speed to themselves, so the busier one counts, unless the link is half duplex. */
const utilisation: Truth = (view, device) => {
  const bits = (name: string): number => perSecond(of(name), 8)(view, device);
  const [rx, tx] = [bits('rx_bytes'), bits('tx_bytes')];
  const busier = view.now(`net:${device}:half`) === 1 ? rx + tx : Math.max(rx, tx);
  return Math.min(100, (100 * busier) / view.now(`net:${device}:speed`));
};

export const nicOracles: Oracles = {
  rx_packets_per_s: rate(perSecond(of('rx_packets')), { sysstat: dev('rxpck') }),
  rx_bytes_per_s: rate(perSecond(of('rx_bytes')), { sysstat: dev('rxkB', 1024, 6) }),
  rx_errors_per_s: rate(perSecond(of('rx_errors')), { sysstat: edev('rxerr') }),
  rx_drops_per_s: rate(perSecond(of('rx_drops')), { sysstat: edev('rxdrop') }),
  rx_fifo_per_s: rate(perSecond(of('rx_fifo')), { sysstat: edev('rxfifo') }),
  rx_frame_per_s: rate(perSecond(of('rx_frame')), { sysstat: edev('rxfram') }),
  rx_compressed_per_s: rate(perSecond(of('rx_compressed')), { sysstat: dev('rxcmp') }),
  rx_multicast_per_s: rate(perSecond(of('rx_multicast')), { sysstat: dev('rxmcst') }),
  tx_packets_per_s: rate(perSecond(of('tx_packets')), { sysstat: dev('txpck') }),
  tx_bytes_per_s: rate(perSecond(of('tx_bytes')), { sysstat: dev('txkB', 1024, 6) }),
  tx_errors_per_s: rate(perSecond(of('tx_errors')), { sysstat: edev('txerr') }),
  tx_drops_per_s: rate(perSecond(of('tx_drops')), { sysstat: edev('txdrop') }),
  tx_fifo_per_s: rate(perSecond(of('tx_fifo')), { sysstat: edev('txfifo') }),
  tx_collisions_per_s: rate(perSecond(of('tx_collisions')), { sysstat: edev('coll') }),
  tx_carrier_per_s: rate(perSecond(of('tx_carrier')), { sysstat: edev('txcarr') }),
  tx_compressed_per_s: rate(perSecond(of('tx_compressed')), { sysstat: dev('txcmp') }),
  packets_per_s: rate(perSecond(of('rx_packets', 'tx_packets')), { sysstat: dev(['rxpck', 'txpck']) }),
  bytes_per_s: rate(perSecond(of('rx_bytes', 'tx_bytes')), { sysstat: dev(['rxkB', 'txkB'], 1024, 6) }),
  speed_bits_per_s: level(value(of('speed')), { old: 11 }),
  util_pct: share(utilisation, { most: 0.01, sysstat: dev('ifutil-percent', 1, 0.02) }),
  link_up: level(value(of('up')), { old: 11 }),
};
