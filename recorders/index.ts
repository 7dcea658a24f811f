/** The recorders, in documentation order. A list, not a folder scan: the program ships as one file. */
import type { Recorder } from '../src/recorder.ts';
import { cpurec } from './cpurec.ts';
import { diskrec } from './diskrec.ts';
import { fsrec } from './fsrec.ts';
import { hdwrec } from './hdwrec/index.ts';
import { nicrec } from './nicrec.ts';
import { pirec } from './pirec.ts';
import { selfrec } from './selfrec.ts';
import { sysrec } from './sysrec/index.ts';
import { temprec } from './temprec.ts';
import { xenrec } from './xenrec/index.ts';

export const recorders: readonly Recorder[] = [
  sysrec,
  cpurec,
  diskrec,
  nicrec,
  fsrec,
  temprec,
  pirec,
  xenrec,
  hdwrec,
  selfrec,
];
