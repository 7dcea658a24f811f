/** Questions to the firmware of a Raspberry Pi: one after the other, and none for a while when asking is of no use. */
import type { Machine } from '../machine.ts';
import type { Answer, Question } from './vcgencmd.ts';
import { ask, findVcgencmd } from './vcgencmd.ts';

/** How long vcgencmd is left alone when it is missing, refused or silent, milliseconds. */
const rest = 60_000;

/** The answer to each question; NaN when there is none. */
export type Answers = (question: Question) => number;

export class Firmware {
  private readonly machine: Machine;
  private readonly recorder: string;
  private program: string | null = null;
  private due = Number.NEGATIVE_INFINITY;

  /** What goes wrong is told to people, in the name of a recorder. */
  constructor(machine: Machine, recorder: string) {
    this.machine = machine;
    this.recorder = recorder;
  }

  /** `then` is called once, with what was answered by then. */
  ask(questions: readonly Question[], then: (answers: Answers) => void): void {
    const { machine } = this;
    const answers = new Map<Question, number>();
    const done = () => then((question) => answers.get(question) ?? Number.NaN);
    if (machine.now < this.due) {
      done();
      return;
    }
    this.program ??= findVcgencmd(machine.system);
    if (this.program === null) {
      this.leave(machine.now);
      done();
    } else this.next(this.program, questions, answers, done);
  }

  private next(
    program: string,
    questions: readonly Question[],
    answers: Map<Question, number>,
    done: () => void,
  ): void {
    const [question, ...more] = questions;
    if (question === undefined) {
      done();
      return;
    }
    // The others go on meanwhile: by the time of the answer it is another tick.
    const { now } = this.machine;
    ask(this.machine.system, program, question, (answer) => {
      if (answer.trouble === '') answers.set(question, answer.value);
      else this.tell(question, answer);
      const isUseful = answer.kind === 'answered' || answer.kind === 'odd';
      if (!isUseful) this.leave(now);
      this.next(program, isUseful ? more : [], answers, done);
    });
  }

  private leave(now: number): void {
    this.program = null;
    this.due = now + rest - 1;
  }

  private tell(question: Question, { kind, trouble }: Answer): void {
    const { machine, recorder } = this;
    machine.warn(`${recorder}: vcgencmd ${kind === 'odd' ? question : kind}`, `${recorder}: ${trouble}${remedy[kind]}`);
  }
}

/** What to do about each kind of trouble. */
const remedy: Readonly<Record<Answer['kind'], string>> = {
  answered: '',
  refused: '; usermod -aG video USER lets it, from the next login on',
  silent: '; it is asked again in a minute',
  broken: '; it is asked again in a minute',
  odd: '',
};
