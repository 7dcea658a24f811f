/** The way of one recorder's rows: from the machine at each tick, through formats, into the feeds of sinks. */
import type { Batch } from './batch.ts';
import { SdrError } from './errors.ts';
import type { Format } from './format.ts';
import { Job } from './job.ts';
import type { Machine } from './machine.ts';
import type { Planned } from './plan.ts';
import type { Wanted } from './recorder.ts';
import type { Report } from './report.ts';
import type { Counts, Feed, Sink, Stream } from './sink.ts';
import { Text } from './text.ts';
import type { View } from './view.ts';

/** Where rows go, and how they are spelled there. */
export interface Output {
  readonly sink: Sink;
  readonly format: Format;
}

/** One recorder with its way into each output. */
export class Track {
  readonly job: Job;
  readonly planned: Planned;
  private readonly fractional: boolean;
  private readonly routes: readonly { readonly format: Format; readonly feeds: readonly Feed[] }[];
  private readonly text = new Text();
  private closed = false;

  constructor(job: Job, planned: Planned, outputs: readonly Output[]) {
    this.job = job;
    this.planned = planned;
    this.fractional = (planned.interval ?? 1000) % 1000 !== 0;
    this.routes = routesOf(job.view, this.fractional, outputs);
  }

  /** Takes the base of the first rates, where there are any; `isKnown`: also that of the first changes. */
  base(now: number, isKnown = false): void {
    if (this.job.needsBase || (isKnown && this.job.view.changes)) this.job.sample(now, 0, this.fractional, () => {});
  }

  /** Reads a sample and writes its rows. A tick that no output takes is not read: the next row spans it. False when it is missed. */
  take(time: number, now: number): boolean {
    if (!this.routes.some(({ feeds }) => feeds.some((feed) => feed.accepts(time)))) return true;
    return this.job.sample(now, time, this.fractional, (batch) => this.write(batch));
  }

  /** What is still asked for beside the tick is not written any more. */
  close(): void {
    this.closed = true;
  }

  private write(batch: Batch): void {
    if (this.closed) return;
    for (const { format, feeds } of this.routes) {
      this.text.clear();
      format.rows(batch, this.text);
      const bytes = this.text.view();
      for (const feed of feeds) if (feed.accepts(batch.time)) feed.put(batch.time, bytes, batch.rows.length);
    }
  }
}

/** Outputs of one format are spelled once. */
function routesOf(view: View, fractional: boolean, outputs: readonly Output[]): { format: Format; feeds: Feed[] }[] {
  const routes: { format: Format; feeds: Feed[] }[] = [];
  for (const { sink, format } of outputs) {
    const stream: Stream = { name: view.schema.name, head: format.head(view), fractional };
    const route = routes.find((each) => each.format === format);
    const feed = sink.feed(stream);
    if (route) route.feeds.push(feed);
    else routes.push({ format, feeds: [feed] });
  }
  return routes;
}

interface Setting {
  readonly machine: Machine;
  readonly report: Report;
  readonly counts: Counts;
  readonly view: (planned: Planned) => View;
  readonly wanted: (recorder: string) => Wanted;
}

/**
 * Opens what was planned. A recorder that cannot work here is an error when it is alone and a warning otherwise; nothing is said
 * of those that nobody named. `failed` tells whether one was left out.
 */
export function openJobs(
  plans: readonly Planned[],
  isNamed: boolean,
  setting: Setting,
): { jobs: Map<Planned, Job>; failed: boolean } {
  const jobs = new Map<Planned, Job>();
  let failed = false;
  const warn = (condition: string, message: string) => setting.report.warn(condition, message);
  for (const planned of plans) {
    const { recorder } = planned;
    try {
      jobs.set(planned, new Job(recorder, setting.view(planned), setting.machine, setting.wanted(recorder.name), warn));
    } catch (error) {
      if (!(error instanceof SdrError) || plans.length === 1 || error.exit === 'usage') throw error;
      failed ||= isNamed;
      if (isNamed) setting.report.warn(recorder.name, `${recorder.name}: ${error.message}; the others go on`);
    }
  }
  if (jobs.size === 0) throw new SdrError('unavailable', 'No recorder works on this machine');
  return { jobs, failed };
}
