/** What the promises of the archive rest on: each taken out of the source in turn, and the test that must fail then. */

export interface Mutation {
  readonly what: string;
  /** Below src/collect/archive. */
  readonly file: string;
  /** What is there, once, and what takes its place. */
  readonly from: string;
  readonly to: string;
  /** The test that must fail: its file below test/collect/archive, and words of its name. */
  readonly test: string;
  readonly name: string;
}

const cut = { test: 'crash.test.ts', name: 'after power cuts' };
const fails = { test: 'crash.test.ts', name: 'on a disk that fails' };

export const mutations: readonly Mutation[] = [
  { what: 'no fdatasync of the journal', file: 'commits.ts', from: '      await journal.sync();\n', to: '', ...cut },
  {
    what: 'no fdatasync of files before their journal is free',
    file: 'journals.ts',
    from: 'for (const file of files) await handles.sync(file);',
    to: '',
    ...cut,
  },
  {
    what: 'no sync of the file system',
    file: 'journals.ts',
    from: 'if (files.size + staged.length > fewest && (await store.syncAll(root))) return;',
    to: 'if (files.size + staged.length > fewest) return;',
    ...cut,
  },
  {
    what: 'no fsync of directories',
    file: 'journals.ts',
    from: 'for (const directory of directories) await store.syncDirectory(directory);',
    to: '',
    ...cut,
  },
  {
    what: 'a journal is free before its files are durable',
    file: 'journals.ts',
    from: '    const { directories } = this;\n',
    to: '    const { directories } = this;\n    for (const journal of journals) await journal.free();\n',
    ...cut,
  },
  {
    what: 'no CRC of the journal',
    file: 'journal.ts',
    from: 'crc32(payload, head.before) !== head.crc',
    to: 'false',
    ...cut,
  },
  {
    what: 'no truncation at a bad CRC',
    file: 'journal.ts',
    from: 'if (crc32(payload, head.before) !== head.crc) return this.countFrom(at, size);',
    to: 'if (crc32(payload, head.before) !== head.crc) { at += headBytes + head.length; continue; }',
    test: 'recovery.test.ts',
    name: 'nothing behind a torn record',
  },
  {
    what: 'no truncation of a torn file',
    file: 'catalog.ts',
    from: 'if (length < size) {',
    to: 'if (length > size) {',
    test: 'recovery.test.ts',
    name: 'a file that ends inside a line',
  },
  {
    what: 'no epoch',
    file: 'journal.ts',
    from: 'if (head.compare(this.epoch.id, 0, 8, 4, 12) !== 0) return null;',
    to: '',
    test: 'journal.test.ts',
    name: 'records of an earlier epoch',
  },
  {
    what: 'a journal is not marked free',
    file: 'journals.ts',
    from: 'for (const journal of journals) await journal.free();',
    to: '',
    test: 'recovery.test.ts',
    name: 'a clean start',
  },
  {
    what: 'the block that says the epoch is written over',
    file: 'journal.ts',
    from: 'writeAll(this.store, this.fd, [block], (1 - this.slot) * blockBytes);',
    to: 'writeAll(this.store, this.fd, [block], this.slot * blockBytes);\n    this.slot = 1 - this.slot;',
    test: 'journal.test.ts',
    name: 'never written over while it counts',
  },
  {
    what: 'no check of holes in the recovery',
    file: 'recovery.ts',
    from: 'if (file.applied < offset) {',
    to: 'if (file.applied < 0) {',
    test: 'recovery.test.ts',
    name: 'behind a hole',
  },
  {
    what: 'no offset check',
    file: 'rules.ts',
    from: 'if (offset > n) {',
    to: 'if (offset < 0) {',
    test: 'rules.test.ts',
    name: 'beyond the end',
  },
  {
    what: 'no byte comparison',
    file: 'rules.ts',
    from: 'if (there > 0 && ',
    to: 'if (there < 0 && ',
    test: 'rules.test.ts',
    name: 'other than those stored',
  },
  {
    what: 'no comparison with bytes in flight',
    file: 'stored.ts',
    from: 'for (const piece of this.pieces) {',
    to: 'for (const piece of [] as Piece[]) {',
    test: 'rules.test.ts',
    name: 'still on their way',
  },
  {
    what: 'no CRC check of what precedes',
    file: 'rules.ts',
    from: 'if (offset > 0 && file.crcBefore(offset, handles) !== crc) return',
    to: 'if (offset < 0 && file.crcBefore(offset, handles) !== crc) return',
    test: 'rules.test.ts',
    name: 'after other bytes',
  },
  {
    what: 'duplicates are acknowledged before they are durable',
    file: 'rules.ts',
    from: 'const waits = file.isMoving ? file : null;',
    to: 'const waits = null;',
    test: 'rules.test.ts',
    name: 'not before',
  },
  {
    what: 'any machine may use any name',
    file: 'rules.ts',
    from: "if (host.machine === machine || host.machine === '') return null;",
    to: "if (host.machine !== 'x') return null;",
    test: 'rules.test.ts',
    name: 'is one machine',
  },
  {
    what: 'bytes in flight outlive a write that failed',
    file: 'stored.ts',
    from: '      this.drop(handles);\n',
    to: '',
    ...fails,
  },
  {
    what: 'a record that failed is not taken back',
    file: 'commits.ts',
    from: '      tryRetract(journal);\n',
    to: '',
    test: 'limits.test.ts',
    name: 'in the journal acknowledges nothing',
  },
  {
    what: 'keys are remembered of requests that failed',
    file: 'keys.ts',
    from: '() => this.requests.delete(key),',
    to: '() => this.add(key, rows),',
    ...fails,
  },
  {
    what: 'no keys in the journal',
    file: 'index.ts',
    from: 'if (key !== null) this.commits.group.line',
    to: 'if (key === 0) this.commits.group.line',
    ...cut,
  },
];
