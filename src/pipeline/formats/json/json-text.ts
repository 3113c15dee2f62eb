/**
 * Emits the writing of JSON text: constant text is gathered and written at once, whatever it came from, so that braces,
 * commas, keys and quotes cost one run of stores. Owns `dst` and its view; knows nothing of columns or schemas.
 */
import { type Code, js } from '../../kernel/code.ts';
import type { Emitter } from '../../kernel/emitter.ts';
import type { AvroReader } from '../../kernel/read.ts';
import { callConstant, storeConstant } from './constant.ts';
import { output } from './words.ts';

/** Bytes of constant text that one kernel stores in line; more would make the function too large for the optimizer. */
const unrolledMax = 1500;

export class JsonText {
  readonly #e: Emitter;
  readonly #reader: AvroReader;
  readonly #out: Code;
  #pending = '';
  #unrolled = 0;
  constructor(emitter: Emitter, reader: AvroReader) {
    this.#e = emitter;
    this.#reader = reader;
    this.#out = emitter.fresh('out');
  }

  /** Names the view of dst in the function that is emitted now: once in every function that writes. */
  open(): void {
    this.#e.add(js`const ${this.#out} = ${this.#e.bind(output, 'output')}(dst);`);
  }

  add(text: string): void {
    this.#pending += text;
  }

  flush(): void {
    if (this.#pending === '') return;
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    this.#unrolled += bytes.length;
    if (this.#unrolled > unrolledMax) this.#e.add(callConstant(this.#e, bytes));
    else this.#e.add(...storeConstant(this.#e, this.#out, bytes));
  }

  /** Calls a function that writes at `at` and answers where it ended. */
  call(fn: (...args: never[]) => number, hint: string, args: Code): void {
    this.flush();
    this.#e.add(js`at = ${this.#e.bind(fn, hint)}(${args});`);
  }

  /** Writes in a block of its own that may or may not run: constants don't leak out of it. */
  apart(emit: () => void): readonly Code[] {
    return this.#e.capture(() => {
      emit();
      this.#reader.settle();
      this.flush();
    });
  }

  either(condition: Code, yes: string, no: string): void {
    this.flush();
    const [then, otherwise] = [this.apart(() => this.add(yes)), this.apart(() => this.add(no))];
    this.#e.add(js`if (${condition}) {
${then}
} else {
${otherwise}
}`);
  }

  /** The JSON of an enum's symbols, by index. */
  symbols(symbols: readonly string[]): Code {
    const table = symbols.map((symbol) => Buffer.from(JSON.stringify(symbol)));
    return this.#e.bind(table, 'symbols');
  }
}
