/** `sdr collect`: the receiver of many hosts, and what a person asks of it. The collector itself loads when it is wanted. */
import type { Command } from '../command.ts';
import { SdrError } from '../errors.ts';
import { collectKeys, options } from './collect/options.ts';
import { servingOf } from './collect/serving.ts';
import { hosts, status } from './collect/status.ts';
import { addToken, listTokens, revokeToken } from './collect/token.ts';
import { askedOf } from './collect/words.ts';

export const collect: Command = {
  name: 'collect',
  summary: 'receive what many hosts record',
  words: '[status | token add | token list | token revoke NAME | host list | host accept NAME] [DIR]',
  options,
  keys: collectKeys,
  examples: [
    'sdr collect token add --name pis --host "pi*" --enrol /srv/sdr',
    'sdr collect /srv/sdr --tls-cert cert.pem --tls-key key.pem',
    'sdr collect status /srv/sdr --stale 5m',
    'sdr collect host accept pi-attic /srv/sdr',
  ],
  check(_world, _words, values) {
    servingOf('', values);
  },
  async run(world, words, values) {
    const { engine } = world;
    const asked = askedOf(engine, words, values);
    const { directory, name } = asked;
    if (!engine.collector) {
      throw new SdrError('unavailable', 'sdr collect is in the full edition only: this is the recorder edition');
    }
    const collector = await engine.collector();
    switch (asked.task) {
      case 'status':
        return status(world, collector, directory, values);
      case 'token add':
        return addToken(world, collector, asked, values);
      case 'token list':
        return listTokens(world, collector, asked, values);
      case 'token revoke':
        return revokeToken(world, collector, asked, values);
      case 'host list':
        return hosts(world, collector, directory, values);
      case 'host accept':
        await collector.accept(world, directory, name);
        return 'done';
      case '':
        return collector.serve(world, servingOf(directory, values));
    }
  },
};
