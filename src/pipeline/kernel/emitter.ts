/**
 * Collects the statements of one kernel: blocks, names, hoisted locals, bound values, and functions beside the main one.
 * Also remembers which values the code has made by now, and where that holds: in the block that made them and those within.
 */
import { type Code, js, Names } from './code.ts';
import type { Binding } from './function.ts';
import type { Operand } from './operand.ts';

interface Block {
  readonly statements: Code[];
  /** What statements of this block have made. */
  readonly known: Map<string, Operand>;
  /** The block around it, whose statements up to here have run whenever this one's run. */
  readonly outer: Block | undefined;
}

const block = (outer: Block | undefined): Block => ({ statements: [], known: new Map(), outer });

export class Emitter {
  readonly #names = new Names();
  readonly #bound = new Map<unknown, Binding>();
  readonly #functions: Code[] = [];
  #block: Block = block(undefined);
  #locals: Code[] = [];
  /** How deep in recursive values the code stands that is emitted now. */
  depth: Code = js`0`;

  get bindings(): readonly Binding[] {
    return [...this.#bound.values()];
  }

  /** Functions that were emitted beside the main one. */
  get functions(): readonly Code[] {
    return this.#functions;
  }

  fresh(hint: string): Code {
    return this.#names.fresh(hint);
  }

  /** A name by which the code reaches a value: a function, a table, a constant. */
  bind(value: unknown, hint: string): Code {
    const known = this.#bound.get(value);
    if (known !== undefined) return known.name;
    const name = this.fresh(hint);
    this.#bound.set(value, { name, value });
    return name;
  }

  add(...statements: readonly Code[]): void {
    this.#block.statements.push(...statements);
  }

  /** A local of the whole function, with its first value. */
  local(hint: string, first: Code): Code {
    const name = this.fresh(hint);
    this.declare(name, first);
    return name;
  }

  /** Makes a local of a name that the code uses already. */
  declare(name: Code, first: Code): void {
    this.#locals.push(js`let ${name} = ${first};`);
  }

  /**
   * The statements that `emit` adds, kept apart: they may run or not, or several times. They must come to stand after what
   * the block has by now, and what they make is forgotten when `emit` ends.
   */
  capture(emit: () => void): readonly Code[] {
    return this.#inside(block(this.#block), emit);
  }

  /** The statements that `emit` adds, to be added to this same block next: what they make stays known. */
  segment(emit: () => void): readonly Code[] {
    const { known, outer } = this.#block;
    return this.#inside({ statements: [], known, outer }, emit);
  }

  /** The body of a function: what `emit` adds, after the locals that it asked for. It knows nothing of the code around it. */
  body(emit: () => void): Code {
    return this.#function(undefined, emit);
  }

  /** The body of a function that stands within the code emitted now, and may name what that has made. */
  closure(emit: () => void): Code {
    return this.#function(this.#block, emit);
  }

  /** A function beside the main one. */
  define(code: Code): void {
    this.#functions.push(code);
  }

  /** Says that statements of the block have made a value, whatever path led to them: code after them in the block may use it. */
  remember(key: string, made: Operand): void {
    this.#block.known.set(key, made);
  }

  /** The value that was made under this key where it surely has been made by now. */
  known(key: string): Operand | undefined {
    for (let at: Block | undefined = this.#block; at !== undefined; at = at.outer) {
      const found = at.known.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #function(outer: Block | undefined, emit: () => void): Code {
    const locals = this.#locals;
    this.#locals = [];
    const statements = this.#inside(block(outer), emit);
    const code = js`${[...this.#locals, ...statements]}`;
    this.#locals = locals;
    return code;
  }

  #inside(inner: Block, emit: () => void): readonly Code[] {
    const around = this.#block;
    this.#block = inner;
    emit();
    this.#block = around;
    return inner.statements;
  }
}
