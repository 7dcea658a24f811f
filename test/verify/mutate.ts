/**
 * `tsx test/verify/mutate.ts`: every formula of every recorder is changed in turn, and the oracles must see each
 * change. The recorders run on a tape where every number moves; unchanged, all their cells must agree with the oracles to 1e-9.
 */
import { recorders } from '../../recorders/index.ts';
import type { Recorder } from '../../src/recorder.ts';
import { readMachine } from './machine.ts';
import { mutationsOf } from './mutations.ts';
import type { Oracle } from './oracle.ts';
import { counterOracles } from './oracles/counters.ts';
import { oracles } from './oracles/index.ts';
import { type Replayed, replay } from './replay.ts';
import { filesOf, rootOf, STEPS } from './tape.ts';
import { viewOf } from './view.ts';

const tape = STEPS.map((_, step) => filesOf(step));
const machines = tape.map((files) => readMachine(rootOf(files)));

/** The columns in which rows differ from the oracles. */
function wrongColumns(recorder: Recorder, counters: boolean): Set<string> {
  const rows = replay(recorder, tape, STEPS, counters);
  const wrong = new Set<string>();
  for (const row of rows.filter(({ step }) => step > 0)) {
    const before = rows.find(({ device, step }) => device === row.device && step === row.step - 1);
    for (const column of row.cells.keys()) {
      const counter = counters ? counterOracles[recorder.name]?.[column] : undefined;
      const oracle = counter ?? oracles[recorder.name]?.[column];
      if (oracle === undefined || !agrees(row, before, column, oracle, counter?.kind === 'rate')) wrong.add(column);
    }
  }
  if (!rows.some(({ step }) => step === STEPS.length - 1)) wrong.add('(no rows)');
  return wrong;
}

function agrees(
  row: Replayed,
  before: Replayed | undefined,
  column: string,
  oracle: Oracle,
  isCounter: boolean,
): boolean {
  const seconds = (STEPS[row.step] as number) - (STEPS[row.step - 1] as number);
  const [from, to] = [machines[row.step - 1], machines[row.step]];
  if (from === undefined || to === undefined) return false;
  const truth = Math.min(oracle.max ?? Number.POSITIVE_INFINITY, oracle.truth(viewOf(from, to, seconds), row.device));
  const now = row.cells.get(column) ?? Number.NaN;
  const ours = isCounter ? (now - (before?.cells.get(column) ?? Number.NaN)) / seconds : now;
  // A base sample writes nothing but with --counters: there the growth since then cannot be seen.
  if (isCounter && before === undefined) return true;
  if (Number.isNaN(truth) || Number.isNaN(ours)) return Number.isNaN(truth) && Number.isNaN(ours);
  return Math.abs(ours - truth) <= 1e-9 * Math.max(1, Math.abs(truth));
}

let [count, caught] = [0, 0];
let clean = true;
for (const recorder of recorders.filter(({ name }) => oracles[name] !== undefined)) {
  const before = new Map([false, true].map((counters) => [counters, wrongColumns(recorder, counters)]));
  for (const [counters, wrong] of before) {
    for (const column of wrong)
      console.log(`WRONG ${recorder.name}${counters ? ' --counters' : ''} ${column}, unchanged`);
    if (wrong.size > 0) clean = false;
  }
  const mutations = mutationsOf(recorder);
  for (const { what, column, counters, recorder: mutant } of mutations) {
    count++;
    if (wrongColumns(mutant, counters).has(column)) caught++;
    else console.log(`MISSED ${recorder.name} ${what}`);
  }
  console.log(`${recorder.name}: ${mutations.length} mutations`);
}
console.log(`${caught} of ${count} mutations caught`);
process.exitCode = clean && caught === count && count > 0 ? 0 : 1;
