/** What the benches read from their command line, and where they say what. */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** An option without a value. */
export const flag = { type: 'boolean', default: false } as const;

type Options = NonNullable<ParseArgsConfig['options']>;
/** What was typed of some options. */
export type ValuesOf<Known extends Options> = ReturnType<typeof parseArgs<{ options: Known }>>['values'];

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress is for whoever watches; the results are on stdout. */
export function report(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/** The options; a wrong one is one line and the exit code for usage. */
export function parsed<const Known extends Options>(options: Known): ValuesOf<Known> {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
    return process.exit(64);
  }
}
