/**
 * Emits bound expressions. {@link Expressions.operand} makes a value, {@link Expressions.value} one as a JavaScript value;
 * {@link Expressions.holds} makes the condition that a predicate is TRUE, or that it is FALSE, without ever materializing
 * the third truth value. Statements go to the emitter; what may fail stands inside the branch that needs it.
 *
 * What has been evaluated is not evaluated again where that has surely run: in the emitter's block and those within it.
 * Each kind of expression stands in a file of its own (kinds.ts says which); here is what they share.
 */
import { valueReader } from '../avro/value.ts';
import type { Bound, Variable } from '../sql/bound.ts';
import type { Implementation } from '../sql/functions/function.ts';
import type { SqlType } from '../sql/types.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import { isLeaf, text } from './compare.ts';
import type { Emitter } from './emitter.ts';
import { boxed, heldAs, initial, literal, nothing, type Simple, unboxed } from './held.ts';
import { made, predicate } from './kinds.ts';
import { condition, type Truth } from './logic.ts';
import { OncePerRow } from './once.ts';
import type { Operand } from './operand.ts';
import { SharedKeys } from './shared.ts';

/**
 * Where the values of a record come from: the kernel. Asked again for each use; its operands are for the block that asks. It
 * may know a part of a variable that it has read for itself; undefined: the part is taken from the whole.
 */
export type Source = (b: Bound & { kind: 'column' | 'meta' | 'variable' | 'field' | 'branch' }) => Operand | undefined;

/** An expression with its value, which has been taken off the wire. */
export interface Term {
  readonly bound: Bound;
  readonly operand: Exclude<Operand, { as: 'place' }>;
}

export class Expressions {
  readonly emitter: Emitter;
  readonly once: OncePerRow;
  readonly #source: Source;
  readonly #keys = new SharedKeys();
  /** Parameters of lambdas and elements of quantified expressions. */
  readonly #variables = new Map<Variable, Operand>();
  readonly #implementations = new Map<Bound, Implementation>();
  constructor(emitter: Emitter, source: Source) {
    this.emitter = emitter;
    this.once = new OncePerRow(emitter);
    this.#source = source;
  }

  /** Tells everything that the kernel will evaluate, so that what occurs more than once is kept when it is evaluated first. */
  expect(bounds: Iterable<Bound>): void {
    this.#keys.count(bounds);
  }

  /** A condition that holds exactly when the predicate is TRUE (`wanted`) or FALSE (not `wanted`). */
  holds(b: Bound, wanted: boolean): Code {
    switch (b.kind) {
      case 'not':
        return this.holds(b.operand, !wanted);
      case 'and':
      case 'or':
        // All of them must hold for an AND to be TRUE or an OR to be FALSE; one is enough otherwise.
        return condition(this, b.operands, wanted, (b.kind === 'and') === wanted);
      case 'is': {
        const truth = this.is(b);
        return wanted ? truth : not(truth);
      }
      default: {
        const truth = this.truth(b);
        return joined([not(truth.null), wanted ? truth.value : not(truth.value)], 'and');
      }
    }
  }

  /** A predicate's three-valued answer as pure code. */
  truth(b: Bound): Truth {
    switch (b.kind) {
      case 'compare':
      case 'between':
      case 'in':
      case 'like':
      case 'distinct':
        if (!this.#isWorthKeeping(b)) return predicate(this, b);
    }
    const { operand } = this.term(b);
    return { null: operand.null, value: operand.as === 'boolean' ? operand.value : never };
  }

  operand(b: Bound): Operand {
    switch (b.kind) {
      case 'literal':
        return literal(this.emitter, b);
      case 'column':
      case 'meta':
        return this.#sourced(b);
      case 'variable':
        return this.#variables.get(b.variable) ?? this.#sourced(b);
      case 'field':
      case 'branch':
        return this.#source(b) ?? this.#once(this.#keys.of(b), () => made(this, b));
      default:
        return this.#once(this.#keys.of(b), () => made(this, b));
    }
  }

  /** The JavaScript value of sql/values.ts, or null. */
  value(b: Bound): Code {
    return this.boxed(this.term(b));
  }

  /** The value off the wire. */
  term(b: Bound): Term {
    const operand = this.operand(b);
    if (operand.as !== 'place') return { bound: b, operand };
    const key = this.#keys.of(b);
    const read = this.#once(key === undefined ? key : `${key} read`, () => {
      const e = this.emitter;
      const value = e.local('read', js`null`);
      const reader = e.bind(valueReader(operand.reading), 'readValue');
      e.add(js`${value} = ${boxed(operand.null, js`${reader}(src, ${operand.at}, ${operand.end})`)};`);
      return unboxed(b.type, value, b.nullable || !isNever(operand.null));
    });
    return { bound: b, operand: read as Term['operand'] };
  }

  boxed(t: Term): Code {
    return boxed(t.operand.null, t.operand.null === always ? js`null` : this.present(t));
  }

  /** The JavaScript value of a term that is not NULL. */
  present(t: Term): Code {
    const o = t.operand;
    if (o.as === 'slice' && t.bound.type.kind !== 'VARCHAR') return js`src.subarray(${o.start}, ${o.end})`;
    return o.as === 'slice' || o.as === 'enum' ? this.text(t) : o.value;
  }

  /** A VARCHAR as a JS string; where it is used more than once it is decoded once. */
  text(t: Term): Code {
    const o = t.operand;
    const e = this.emitter;
    if (o.as !== 'slice' || !this.#keys.isShared(t.bound)) return text(e, o);
    const decoded = this.#once(`${this.#keys.of(t.bound)!} text`, () => {
      const value = e.local('text', initial('text'));
      e.add(isNever(o.null) ? js`${value} = ${text(e, o)};` : js`if (${not(o.null)}) ${value} = ${text(e, o)};`);
      return { as: 'text', null: o.null, value };
    });
    return (decoded as Operand & { as: 'text' }).value;
  }

  /** What is NULL when one of the terms is, and otherwise evaluated by `call`, whose arguments are their JavaScript values. */
  strict(type: SqlType, terms: readonly Term[], call: (args: readonly Code[]) => Code): Simple {
    const e = this.emitter;
    const isNull = joined(
      terms.map((t) => t.operand.null),
      'or',
    );
    if (isNull === always) return nothing(type);
    const as = heldAs(type);
    const value = e.local('result', initial(as));
    const code = js`${value} = ${call(terms.map((t) => this.present(t)))};`;
    this.unless(isNull, code);
    return { as, null: isNull, value };
  }

  /** Adds statements that run where `isNull` doesn't hold. */
  unless(isNull: Code, ...statements: readonly Code[]): void {
    if (isNever(isNull)) this.emitter.add(...statements);
    else
      this.emitter.add(js`if (${not(isNull)}) {
${statements}
}`);
  }

  /** What a call calls, made once: code for it may come to stand at several places, and what it remembers is one. */
  implementation(b: Bound, make: () => Implementation): Implementation {
    const made = this.#implementations.get(b) ?? make();
    this.#implementations.set(b, made);
    return made;
  }

  /** Says what a variable is in the code that is emitted next. */
  bind(variable: Variable, operand: Operand): void {
    this.#variables.set(variable, operand);
  }

  #sourced(b: Bound & { kind: 'column' | 'meta' | 'variable' }): Operand {
    const operand = this.#source(b);
    if (operand === undefined) throw new TypeError(`a ${b.kind} that is not bound here`);
    return operand;
  }

  #isWorthKeeping(b: Bound): boolean {
    if (!this.#keys.isShared(b)) return false;
    return b.kind === 'compare' || b.kind === 'distinct' ? !isLeaf(b.left) || !isLeaf(b.right) : true;
  }

  #once(key: string | undefined, make: () => Operand): Operand {
    if (key === undefined) return make();
    const known = this.emitter.known(key);
    if (known !== undefined) return known;
    const made = make();
    this.emitter.remember(key, made);
    return made;
  }

  /** IS NULL, IS TRUE, IS FALSE: TRUE or not, and never NULL. */
  is(b: Bound & { kind: 'is' }): Code {
    if (b.test !== 'null') return this.holds(b.operand, b.test === 'true');
    return this.operand(b.operand).null;
  }
}
