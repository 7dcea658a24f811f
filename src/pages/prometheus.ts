/**
 * A Prometheus name for each column: `sdr_`, the recorder without its `rec`, the column with its units in full words. Values stay what
 * they are in the CSV, so that both can be compared, and the name says so: `_percent` is 0 to 100, not a ratio. The key column
 * (`device`, `mount` …) is the label of that name. Rules: https://prometheus.io/docs/practices/naming/ and, for the letters,
 * https://prometheus.io/docs/concepts/data_model/.
 */

/** Words of columns that stand for a unit. `bytes` is spelled out as it is, and `_total` stands at the end of every counter. */
const units: Readonly<Record<string, string>> = {
  pct: 'percent',
  s: 'seconds',
  ms: 'milliseconds',
  c: 'celsius',
  v: 'volts',
  mhz: 'megahertz',
};

/** `sdr_disk_read_bytes_per_second` for diskrec's `read_bytes_per_s`. */
export function prometheusName(recorder: string, column: string): string {
  const words = column.replace(/(^|_)per_s(?=_|$)/, '$1per_second').split('_');
  const name = ['sdr', recorder.replace(/(?<=.)rec$/, ''), ...words.map((word) => units[word] ?? word)].join('_');
  return name.toLowerCase().replace(/[^a-z0-9_]/g, '_');
}
