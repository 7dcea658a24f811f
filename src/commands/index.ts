/** The commands, in documentation order. */
import type { Command } from '../command.ts';
import { capture } from './capture.ts';
import { record } from './record.ts';
import { replay } from './replay.ts';

export const commands: readonly Command[] = [record, capture, replay];
