/**
 * The Library of Monitoring Objects: what a collector has to know of each message type (fields, types, stall time, statistics), as the
 * predecessor's collectors read it: a source (`ds`) has messages, a message has a format and statistics, a statistic has functions
 * over pairs of [window, step] in seconds. Added to their structure: units, meanings, formulas, sources, decimals, Prometheus names and
 * what else was left for people to guess. Absent is what does not apply: nothing is null, so that the XML says the same.
 */
import type { Recorder } from '../recorder.ts';
import type { Statistic } from '../windows.ts';
import { percentiles, statisticsOf, windowsFrom } from '../windows.ts';
import type { DescribedColumn, Kind } from './description.ts';
import { description } from './description.ts';

/** A column. */
type LibraryField = {
  readonly name: string;
  readonly type: 'timestamp' | 'metadata' | 'numeric' | 'counter' | 'text';
  /** `rate` is a difference between two rows over their interval, `gauge` a value of its moment. */
  readonly kind: Kind;
  readonly role?: 'device_id';
  readonly timestamp_format?: 'unix';
  readonly unit?: string;
  readonly digits?: number;
  readonly prometheus?: string;
  readonly meaning: string;
  readonly formula?: string;
  readonly source?: readonly string[];
};

/** Windows and their steps, seconds. */
type Functions = Readonly<Partial<Record<Statistic, readonly (readonly [window: number, step: number])[]>>>;

/** A recorder, called a message by collectors. */
type Message = {
  readonly id: string;
  readonly description: string;
  /** The files in a directory of `sdr record -o`. */
  readonly rawdata: string;
  /** Seconds without a row after which something is wrong. */
  readonly stall: number;
  /** Whether its rows decide that the computer is alive. */
  readonly sli: 'yes' | 'no';
  /** Seconds between rows when nobody says how many. */
  readonly interval?: number;
  readonly source: readonly string[];
  readonly format: {
    readonly dialect: 'sdr CSV 1';
    readonly fields_separator: ',';
    readonly header: 'yes';
    /** How a missing value is spelled. */
    readonly missing: '';
    readonly fields: readonly LibraryField[];
  };
  /** What PERCENTILE stands for. */
  readonly percentiles: readonly number[];
  readonly statistics: readonly { readonly name: string; readonly functions: Functions }[];
};

/** The whole of it. */
export type Library = {
  readonly name: string;
  readonly description: string;
  readonly id: 'cpd';
  /** Seconds without any row after which a computer is lost. */
  readonly ds_stall: number;
  readonly ds: {
    readonly linux: { readonly description: string; readonly messages: Readonly<Record<string, Message>> };
  };
};

/** `counters` is what `--counters` writes. */
export function library(recorders: readonly Recorder[], counters: boolean): Library {
  return {
    name: 'Computer Performance',
    description: `Library of Monitoring Objects: what sdr records${counters ? ' with --counters' : ''}`,
    id: 'cpd',
    ds_stall: 600,
    ds: {
      linux: {
        description: 'a computer that runs Linux: a server, a virtual machine, a Xen dom0, a Raspberry Pi',
        messages: Object.fromEntries(recorders.map((recorder) => [recorder.name, message(recorder, counters)])),
      },
    },
  };
}

/** A recorder that is due every 30 minutes is late after two of them, all others after five minutes. */
const stallOf = (seconds: number): number => Math.max(300, 2 * seconds);

function message(recorder: Recorder, counters: boolean): Message {
  const { name, summary, key, slow, sources } = recorder;
  const { columns } = description(recorder, counters);
  const interval = (slow ?? 0) / 1000;
  return {
    id: `linux-${name}`,
    description: summary,
    rawdata: `${name}-*.csv`,
    stall: stallOf(interval),
    sli: key === null && slow === null ? 'yes' : 'no',
    ...(slow === null ? {} : { interval }),
    source: sources,
    format: {
      dialect: 'sdr CSV 1',
      fields_separator: ',',
      header: 'yes',
      missing: '',
      fields: columns.map(field),
    },
    percentiles,
    statistics: columns.flatMap((column) => statistic(column, recorder)),
  };
}

const types: Readonly<Record<Kind, LibraryField['type']>> = {
  time: 'timestamp',
  key: 'metadata',
  text: 'text',
  gauge: 'numeric',
  rate: 'numeric',
  counter: 'counter',
};

function field({ name, kind, unit, digits, prometheus, meaning, formula, sources }: DescribedColumn): LibraryField {
  return {
    name,
    type: types[kind],
    kind,
    ...(kind === 'key' ? { role: 'device_id' } : {}),
    ...(kind === 'time' ? { timestamp_format: 'unix' } : {}),
    ...(unit === null ? {} : { unit }),
    ...(digits === null ? {} : { digits }),
    ...(prometheus === null ? {} : { prometheus }),
    meaning,
    ...(formula === null ? {} : { formula }),
    ...(sources.length === 0 ? {} : { source: sources }),
  };
}

/** The statistics of one column; none of the time and of the key. */
function statistic({ name, kind }: DescribedColumn, { slow, least }: Recorder): Message['statistics'] {
  const pairs = windowsFrom(Math.max(slow ?? 0, least?.milliseconds ?? 0)).map(
    ({ milliseconds, resolution }) => [milliseconds / 1000, resolution / 1000] as const,
  );
  const wanted = statisticsOf[kind];
  return wanted.length === 0 ? [] : [{ name, functions: Object.fromEntries(wanted.map((each) => [each, pairs])) }];
}
