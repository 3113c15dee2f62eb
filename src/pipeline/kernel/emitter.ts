/** Collects the statements of one kernel: blocks, names, hoisted locals, bound values, and functions beside the main one. */
import { type Code, js, Names } from './code.ts';
import type { Binding } from './function.ts';

export class Emitter {
  readonly #names = new Names();
  readonly #bound = new Map<unknown, Binding>();
  readonly #functions: Code[] = [];
  #block: Code[] = [];
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
    this.#block.push(...statements);
  }

  /** A local of the whole function, with its first value. */
  local(hint: string, first: Code): Code {
    const name = this.fresh(hint);
    this.#locals.push(js`let ${name} = ${first};`);
    return name;
  }

  /** The statements that `emit` adds, kept apart. */
  capture(emit: () => void): readonly Code[] {
    const outer = this.#block;
    this.#block = [];
    emit();
    const inner = this.#block;
    this.#block = outer;
    return inner;
  }

  /** The body of a function: what `emit` adds, after the locals that it asked for. */
  body(emit: () => void): Code {
    const outer = this.#locals;
    this.#locals = [];
    const statements = this.capture(emit);
    const code = js`${[...this.#locals, ...statements]}`;
    this.#locals = outer;
    return code;
  }

  /** A function beside the main one. */
  define(code: Code): void {
    this.#functions.push(code);
  }
}
