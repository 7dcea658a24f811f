/** The recorders, in documentation order. A list, not a folder scan: the program ships as one file. */
import type { Recorder } from '../src/recorder.ts';
import { cpurec } from './cpurec.ts';
import { diskrec } from './diskrec.ts';
import { nicrec } from './nicrec.ts';
import { sysrec } from './sysrec/index.ts';

export const recorders: readonly Recorder[] = [sysrec, cpurec, diskrec, nicrec];
