/** What the parts of one kernel's emitter share. */
import type { OutputColumn, RecordWriter } from '../formats/format.ts';
import type { Bound, Variable } from '../sql/bound.ts';
import { type Code, js } from './code.ts';
import { Columns, type ColumnsInput } from './columns.ts';
import { elementPath } from './element.ts';
import type { Emitter } from './emitter.ts';
import { Expressions } from './expression.ts';
import { Meta } from './meta.ts';
import type { Operand } from './operand.ts';
import type { AvroReader } from './read.ts';
import { keyOf, pathKey } from './walk.ts';

type Wanted = Pick<ColumnsInput, 'columns' | 'sites' | 'uses'>;

export interface KitInput {
  readonly emitter: Emitter;
  readonly reader: AvroReader;
  readonly writer: RecordWriter;
  readonly outputs: readonly OutputColumn[];
  readonly shape: 'value' | 'rows';
  /** Whether rows have a key of their own. */
  readonly keyed: boolean;
  /** Whether the output takes pieces of the record's bytes one by one; otherwise it copies whole values. */
  readonly slices: boolean;
}

export class Kit implements KitInput {
  readonly emitter: Emitter;
  readonly reader: AvroReader;
  readonly writer: RecordWriter;
  readonly outputs: readonly OutputColumn[];
  readonly shape: 'value' | 'rows';
  readonly keyed: boolean;
  readonly slices: boolean;
  readonly expressions: Expressions;
  readonly meta: Meta;
  readonly loops: Loops;
  readonly #record: Columns;
  /** The columns of the elements that loops have at hand. */
  readonly #elements = new Map<Variable, Columns>();

  constructor(input: KitInput, columns: Wanted, computed: boolean) {
    this.emitter = input.emitter;
    this.reader = input.reader;
    this.writer = input.writer;
    this.outputs = input.outputs;
    this.shape = input.shape;
    this.keyed = input.keyed;
    this.slices = input.slices;
    this.meta = new Meta(input.emitter);
    this.loops = new Loops(input.emitter);
    this.expressions = new Expressions(input.emitter, (b) => this.#operand(b));
    this.#record = this.#columns(columns, computed);
  }

  /** The columns of the record. */
  get columns(): Columns {
    return this.#record;
  }

  /** Columns of an element, which it is bound to from now on. */
  element(variable: Variable, columns: Wanted): Columns {
    const made = this.#columns(columns, true);
    this.#elements.set(variable, made);
    return made;
  }

  /** Where an expression that is a column is found: in the record, or in an element. */
  find(b: Bound): { readonly columns: Columns; readonly key: string } | undefined {
    if (b.kind === 'column') return { columns: this.#record, key: keyOf(b.column) };
    const found = elementPath(b);
    const columns = found === undefined ? undefined : this.#elements.get(found.variable);
    return columns === undefined ? undefined : { columns, key: pathKey(found!.path) };
  }

  #operand(b: Bound): Operand | undefined {
    if (b.kind === 'meta') return this.meta.operand(b.name);
    const found = this.find(b);
    return found?.columns.operand(found.key, b);
  }

  #columns(columns: Wanted, computed: boolean): Columns {
    const eager = { computed, slices: this.slices };
    return new Columns({ ...columns, reader: this.reader, eager, literal: (b) => this.expressions.operand(b) });
  }
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
