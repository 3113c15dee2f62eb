/**
 * Emits bound expressions. {@link Expressions.operand} makes a value; {@link Expressions.holds} makes the condition that a
 * predicate is TRUE, or that it is FALSE, without ever materializing the third truth value. Statements go to the emitter;
 * what may fail stands inside the branch that needs it.
 */
import type { Bound } from '../sql/bound.ts';
import type { SqlType } from '../sql/types.ts';
import { calculation } from './arithmetic.ts';
import { always, type Code, isNever, joined, js, never, not } from './code.ts';
import { compare, type Truth, text } from './compare.ts';
import type { Emitter } from './emitter.ts';
import { negateInt, negateLong } from './exact.ts';
import { asKind, heldAs, initial, literal, nothing } from './held.ts';
import { likeDynamic, likeMatcher } from './like.ts';
import type { Operand } from './operand.ts';

/** Where the values of columns come from: the kernel. */
export type ColumnSource = (column: Bound & { kind: 'column' }) => Operand;

/** Lists of IN longer than this are looked up in a set. */
const inlineListMax = 8;

export class Expressions {
  readonly #e: Emitter;
  readonly #column: ColumnSource;
  constructor(emitter: Emitter, column: ColumnSource) {
    this.#e = emitter;
    this.#column = column;
  }

  /** A condition that holds exactly when the predicate is TRUE (`wanted`) or FALSE (not `wanted`). */
  holds(b: Bound, wanted: boolean): Code {
    switch (b.kind) {
      case 'not':
        return this.holds(b.operand, !wanted);
      case 'and':
      case 'or': {
        // All of them must hold for an AND to be TRUE or an OR to be FALSE; one is enough otherwise.
        const all = (b.kind === 'and') === wanted;
        return this.#shortCircuit(b.operands, wanted, all);
      }
      case 'is': {
        const truth = this.#is(b);
        return wanted ? truth : not(truth);
      }
      default: {
        const truth = this.#truth(b);
        return joined([not(truth.null), wanted ? truth.value : not(truth.value)], 'and');
      }
    }
  }

  /** Evaluates one after the other; what follows a decision isn't evaluated where evaluating takes statements. */
  #shortCircuit(list: readonly Bound[], wanted: boolean, all: boolean): Code {
    const e = this.#e;
    let codes: Code[] = [];
    const decided = (): Code => joined(codes, all ? 'and' : 'or');
    for (const b of list) {
      let code = never;
      const statements = e.capture(() => {
        code = this.holds(b, wanted);
      });
      if (statements.length === 0) {
        codes.push(code);
        continue;
      }
      const flag = e.local('held', never);
      e.add(js`${flag} = ${decided()};
if (${all ? flag : not(flag)}) {
${statements}
${flag} = ${code};
}`);
      codes = [flag];
    }
    return decided();
  }

  #is(b: Bound & { kind: 'is' }): Code {
    if (b.test !== 'null') return this.holds(b.operand, b.test === 'true');
    return this.operand(b.operand).null;
  }

  /** A predicate's three-valued answer as pure code. */
  #truth(b: Bound): Truth {
    switch (b.kind) {
      case 'compare':
        return compare(this.#e, b.operator, this.operand(b.left), this.operand(b.right));
      case 'between': {
        const operand = this.operand(b.operand);
        const low = compare(this.#e, '>=', operand, this.operand(b.low));
        const high = compare(this.#e, '<=', operand, this.operand(b.high));
        return this.#both(low, high);
      }
      case 'in':
        return this.#in(b);
      case 'like':
        return this.#like(b);
      default: {
        const operand = this.operand(b);
        return { null: operand.null, value: operand.as === 'boolean' ? operand.value : never };
      }
    }
  }

  /** AND of two truth values. */
  #both(a: Truth, b: Truth): Truth {
    if (isNever(a.null) && isNever(b.null)) return { null: never, value: joined([a.value, b.value], 'and') };
    const isFalse = (t: Truth): Code => joined([not(t.null), not(t.value)], 'and');
    const one = this.#keep({ null: joined([a.null, b.null], 'or'), value: joined([a.value, b.value], 'and') });
    return { null: joined([one.null, not(isFalse(a)), not(isFalse(b))], 'and'), value: one.value };
  }

  /** Puts a truth value into locals, so that naming it twice doesn't evaluate it twice. */
  #keep(truth: Truth): Truth {
    const [isNull, value] = [this.#e.fresh('isNull'), this.#e.fresh('truth')];
    this.#e.add(js`const ${isNull} = ${truth.null}, ${value} = ${truth.value};`);
    return { null: isNever(truth.null) ? never : isNull, value };
  }

  #in(b: Bound & { kind: 'in' }): Truth {
    const e = this.#e;
    const operand = this.operand(b.operand);
    const known = b.list.map((item) => (item.kind === 'literal' ? item.value : undefined));
    if (known.length > inlineListMax && known.every((v) => v !== undefined && v !== null)) {
      const value = 'value' in operand ? operand.value : text(e, operand);
      return { null: operand.null, value: js`${e.bind(new Set(known), 'list')}.has(${value})` };
    }
    const tests = b.list.map((item) => compare(e, '=', operand, this.operand(item)));
    const found = joined(
      tests.map((t) => joined([not(t.null), t.value], 'and')),
      'or',
    );
    if (tests.every((t) => isNever(t.null))) return { null: never, value: found };
    if (tests.every((t) => t.null === operand.null)) return { null: operand.null, value: found };
    const kept = this.#keep({
      null: joined(
        tests.map((t) => t.null),
        'or',
      ),
      value: found,
    });
    return { null: joined([kept.null, not(kept.value)], 'and'), value: kept.value };
  }

  #like(b: Bound & { kind: 'like' }): Truth {
    const e = this.#e;
    const operand = this.operand(b.operand);
    if (operand.null === always || b.pattern.type.kind === 'NULL') return { null: always, value: never };
    if (b.pattern.kind === 'literal') {
      const matcher = e.bind(likeMatcher(String(b.pattern.value), b.escape), 'like');
      return { null: operand.null, value: js`${matcher}(${text(e, operand)})` };
    }
    const pattern = this.operand(b.pattern);
    const value = e.local('truth', never);
    const isNull = joined([operand.null, pattern.null], 'or');
    e.add(
      js`if (${not(isNull)}) ${value} = ${e.bind(likeDynamic, 'like')}(${text(e, operand)}, ${text(e, pattern)}, ${b.escape ?? ''});`,
    );
    return { null: isNull, value };
  }

  operand(b: Bound): Operand {
    switch (b.kind) {
      case 'literal':
        return literal(b);
      case 'column':
        return this.#column(b);
      case 'arithmetic':
        return this.#arithmetic(b);
      case 'negate':
        return this.#negate(b);
      case 'concat':
        return this.#concat(b);
      case 'coalesce':
        return this.#coalesce(b);
      case 'nullif':
        return this.#nullif(b);
      case 'case':
        return this.#case(b);
      case 'call':
        return this.#call(b);
      case 'and':
      case 'or':
        return this.#connective(b);
      case 'not': {
        const truth = this.#keep(this.#truth(b.operand));
        return { as: 'boolean', null: truth.null, value: not(truth.value) };
      }
      case 'is':
        return { as: 'boolean', ...this.#keep({ null: never, value: this.#is(b) }) };
      default:
        return { as: 'boolean', ...this.#keep(this.#truth(b)) };
    }
  }

  /** AND and OR as a value: NULL where neither TRUE nor FALSE is decided. */
  #connective(b: Bound & { kind: 'and' | 'or' }): Operand {
    const decisive = b.kind === 'or';
    const e = this.#e;
    const [decided, unknown] = [e.local('decided', never), e.local('unknown', never)];
    e.add(js`${decided} = false; ${unknown} = false;`);
    for (const operand of b.operands) {
      const statements = e.capture(() => {
        const t = this.#truth(operand);
        const hit = joined([not(t.null), decisive ? t.value : not(t.value)], 'and');
        e.add(js`if (${hit}) ${decided} = true; else if (${t.null}) ${unknown} = true;`);
      });
      e.add(js`if (!${decided}) {
${statements}
}`);
    }
    return { as: 'boolean', null: js`(!${decided} && ${unknown})`, value: decisive ? decided : js`!${decided}` };
  }

  #arithmetic(b: Bound & { kind: 'arithmetic' }): Operand {
    const e = this.#e;
    const [left, right] = [this.operand(b.left), this.operand(b.right)];
    const isNull = joined([left.null, right.null], 'or');
    const as = b.type.kind === 'INT' ? 'int' : b.type.kind === 'BIGINT' ? 'long' : 'double';
    if (isNull === always || !('value' in left) || !('value' in right)) return nothing(b.type);
    const result = e.local('result', as === 'double' ? js`0.5` : js`0`);
    const code = calculation(e, b.operator, as, left, right, result);
    e.add(
      isNever(isNull)
        ? code
        : js`if (${not(isNull)}) {
${code}
}`,
    );
    return { as, null: isNull, value: result };
  }

  #negate(b: Bound & { kind: 'negate' }): Operand {
    const operand = this.operand(b.operand);
    if (!('value' in operand) || operand.null === always) return nothing(b.type);
    if (operand.as === 'double') return { ...operand, value: js`(-${operand.value})` };
    const fn = operand.as === 'int' ? negateInt : negateLong;
    return this.#strict(b.type, [operand], (args) => js`${this.#e.bind(fn, 'negate')}(${args[0]!})`);
  }

  /** Calls of functions that are NULL when an argument is: evaluated only where none is. */
  #strict(type: SqlType, operands: readonly Operand[], call: (args: readonly Code[]) => Code): Operand {
    const e = this.#e;
    const isNull = joined(
      operands.map((o) => o.null),
      'or',
    );
    if (isNull === always) return nothing(type);
    const kind = heldAs(type);
    const result = e.local('result', initial(kind));
    const args = operands.map((o) => ('value' in o ? o.value : text(e, o)));
    const code = js`${result} = ${call(args)};`;
    e.add(
      isNever(isNull)
        ? code
        : js`if (${not(isNull)}) {
${code}
}`,
    );
    return { as: kind, null: isNull, value: result };
  }

  #concat(b: Bound & { kind: 'concat' | 'coalesce' }): Operand {
    const operands = b.operands.map((o) => this.operand(o));
    return this.#strict(b.type, operands, (args) => args.reduce((a, c) => js`${a} + ${c}`));
  }

  #call(b: Bound & { kind: 'call' }): Operand {
    const { body } = b.fn;
    const args = b.args.map((a) => this.operand(a));
    if (body.via === 'fold') {
      const [operand] = args;
      if (operand?.as === 'slice' && operand.fold === undefined) return { ...operand, fold: body.fold };
      return this.#strict(b.type, args, ([value]) =>
        body.fold === 'upper' ? js`${value!}.toUpperCase()` : js`${value!}.toLowerCase()`,
      );
    }
    if (body.via !== 'call') throw new TypeError(`${b.fn.name} is a form, not a call`);
    const fn = this.#e.bind(body.fn, b.fn.name);
    return this.#strict(b.type, args, (values) => js`${fn}(${values.reduce((a, c) => js`${a}, ${c}`)})`);
  }

  #coalesce(b: Bound & { kind: 'concat' | 'coalesce' }): Operand {
    const out = this.#result(b.type);
    const e = this.#e;
    for (const operand of b.operands) {
      const statements = e.capture(() => {
        const o = this.operand(operand);
        const set = e.capture(() => out.set(o));
        e.add(js`if (${not(o.null)}) {
${set}
}`);
      });
      e.add(js`if (${out.operand.null}) {
${statements}
}`);
    }
    return out.operand;
  }

  #nullif(b: Bound & { kind: 'nullif' }): Operand {
    const [left, right] = [this.operand(b.left), this.operand(b.right)];
    const truth = compare(this.#e, '=', left, right);
    const kept = this.#keep({ null: never, value: joined([not(truth.null), truth.value], 'and') });
    return { ...left, null: joined([left.null, kept.value], 'or') };
  }

  #case(b: Bound & { kind: 'case' }): Operand {
    const out = this.#result(b.type);
    const e = this.#e;
    const done = e.local('done', never);
    e.add(js`${done} = false;`);
    for (const { when, result } of b.whens) {
      const statements = e.capture(() => {
        const test = this.holds(when, true);
        const set = e.capture(() => out.set(this.operand(result)));
        e.add(js`if (${test}) {
${done} = true;
${set}
}`);
      });
      e.add(js`if (!${done}) {
${statements}
}`);
    }
    const last = e.capture(() => out.set(this.operand(b.otherwise)));
    e.add(js`if (!${done}) {
${last}
}`);
    return out.operand;
  }

  /** Locals that take a value from one of several branches. */
  #result(type: SqlType): { readonly operand: Operand; readonly set: (from: Operand) => void } {
    const e = this.#e;
    const isNull = e.local('isNull', always);
    e.add(js`${isNull} = true;`);
    const set =
      (assign: (from: Operand) => Code) =>
      (from: Operand): void => {
        if (from.null !== always) e.add(js`if (${not(from.null)}) { ${isNull} = false; ${assign(from)} }`);
      };
    if (type.kind === 'BYTES') {
      const [start, end] = [e.local('start', js`0`), e.local('end', js`0`)];
      const assign = (o: Operand): Code => (o.as === 'slice' ? js`${start} = ${o.start}; ${end} = ${o.end};` : js``);
      return { operand: { as: 'slice', null: isNull, start, end }, set: set(assign) };
    }
    if ('schema' in type) {
      // Branches of one type share its schema, but one may stand inside a union with null and another not.
      throw new UnsupportedResult(type.kind);
    }
    const kind = heldAs(type);
    const value = e.local('value', initial(kind));
    const assign = (o: Operand): Code => js`${value} = ${'value' in o ? asKind(o, kind) : text(e, o)};`;
    return { operand: { as: kind, null: isNull, value }, set: set(assign) };
  }
}

/** Arrays, maps and rows can't come out of a branch yet; the compiler says so. */
export class UnsupportedResult extends Error {
  readonly kind: string;
  constructor(kind: string) {
    super(`${kind} values can't be chosen by CASE or COALESCE yet`);
    this.kind = kind;
  }
}
