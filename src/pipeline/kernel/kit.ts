/** What the parts of one kernel's emitter share. */
import type { OutputColumn, RecordWriter } from '../formats/format.ts';
import { type Code, js } from './code.ts';
import type { Columns } from './columns.ts';
import type { Emitter } from './emitter.ts';
import type { Expressions } from './expression.ts';
import type { Meta } from './meta.ts';
import type { AvroReader } from './read.ts';

export interface Kit {
  readonly emitter: Emitter;
  readonly reader: AvroReader;
  readonly expressions: Expressions;
  readonly columns: Columns;
  readonly meta: Meta;
  readonly writer: RecordWriter;
  readonly outputs: readonly OutputColumn[];
  readonly shape: 'value' | 'rows';
  /** Whether rows have a key of their own. */
  readonly keyed: boolean;
  readonly loops: Loops;
}

/** Locals that bound what loops over one record's lists may do; declared where there are any. */
export class Loops {
  readonly #e: Emitter;
  #turns: Code | undefined;
  #first: Code | undefined;
  constructor(emitter: Emitter) {
    this.#e = emitter;
  }

  /** Turns taken so far. */
  get turns(): Code {
    this.#turns ??= this.#e.local('turns', js`0`);
    return this.#turns;
  }

  /** Where the output of this record begins. */
  get first(): Code {
    this.#first ??= this.#e.local('first', js`at`);
    return this.#first;
  }
}
