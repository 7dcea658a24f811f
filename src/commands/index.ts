/** The commands, in documentation order. */
import type { Command } from '../command.ts';
import { record } from './record.ts';

export const commands: readonly Command[] = [record];
