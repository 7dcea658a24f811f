/** The recorder edition: sdr on QuickJS, one small static binary. */
import pack from '../package.json' with { type: 'json' };
import { recorders } from '../recorders/index.ts';
import { commands } from '../src/commands/index.ts';
import { quickjsEngine } from '../src/hosts/quickjs.ts';
import { run } from '../src/program.ts';

const engine = quickjsEngine();
void run(engine, recorders, commands, { version: pack.version, build: () => `recorder edition, ${engine.name}` });
