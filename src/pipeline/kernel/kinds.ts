/** Which kinds of expressions there are, and which file emits each. */
import type { Bound } from '../sql/bound.ts';
import { arithmetic, chain, negate } from './arithmetic.ts';
import { call, concat } from './call.ts';
import { cast } from './cast.ts';
import { choose, nullif } from './choice.ts';
import { never, not } from './code.ts';
import { compare, distinct } from './compare.ts';
import type { Expressions } from './expression.ts';
import { both, connective, keep, type Truth } from './logic.ts';
import { membership } from './membership.ts';
import { once } from './once.ts';
import type { Operand } from './operand.ts';
import { like } from './patterns.ts';
import { exists, quantified } from './quantified.ts';
import { branch, constructed, field, subscript } from './structured.ts';

/** Predicates whose answer is one piece of code over their operands. */
export function predicate(
  x: Expressions,
  b: Bound & { kind: 'compare' | 'between' | 'in' | 'like' | 'distinct' },
): Truth {
  switch (b.kind) {
    case 'compare':
      return compare(x, b.operator, x.term(b.left), x.term(b.right));
    case 'between': {
      const operand = x.term(b.operand);
      const low = compare(x, '>=', operand, x.term(b.low));
      return both(x.emitter, low, compare(x, '<=', operand, x.term(b.high)));
    }
    case 'in':
      return membership(x, b);
    case 'like':
      return like(x, b);
    case 'distinct':
      return { null: never, value: distinct(x, x.term(b.left), x.term(b.right)) };
  }
}

/** The value of any expression that has parts. */
export function made(x: Expressions, b: Exclude<Bound, { kind: 'literal' | 'column' | 'meta' | 'variable' }>): Operand {
  switch (b.kind) {
    case 'compare':
    case 'between':
    case 'in':
    case 'like':
    case 'distinct':
      return { as: 'boolean', ...keep(x.emitter, predicate(x, b)) };
    case 'and':
    case 'or':
      return connective(x, b);
    case 'not': {
      const truth = keep(x.emitter, x.truth(b.operand));
      return { as: 'boolean', null: truth.null, value: not(truth.value) };
    }
    case 'is':
      return { as: 'boolean', ...keep(x.emitter, { null: never, value: x.is(b) }) };
    case 'arithmetic':
      return arithmetic(x, b);
    case 'chain':
      return chain(x, b);
    case 'negate':
      return negate(x, b);
    case 'concat':
      return concat(x, b);
    case 'case':
    case 'coalesce':
      return choose(x, b);
    case 'nullif':
      return nullif(x, b);
    case 'cast':
      return cast(x, b);
    case 'field':
      return field(x, b);
    case 'branch':
      return branch(x, b);
    case 'subscript':
      return subscript(x, b);
    case 'row':
    case 'array':
    case 'map':
      return constructed(x, b);
    case 'quantified':
      return quantified(x, b);
    case 'exists':
      return exists(x, b);
    case 'once':
      return once(x, b);
    case 'call':
      return call(x, b);
    case 'lambda':
      throw new TypeError('a lambda is no value: it is an argument of a call');
  }
}
