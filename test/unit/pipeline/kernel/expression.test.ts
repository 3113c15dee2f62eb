/**
 * Expressions at random, subexpressions used again within them, against an interpreter that reads the tree as SQL means it:
 * the value, TRUE and FALSE, and that nothing is evaluated which the text wouldn't evaluate.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Bound, CompareOperator } from '../../../../src/pipeline/sql/bound.ts';
import { bound, column, generate, type Held, int, literal, text } from './expressions.ts';

class Division extends Error {}

/** What the expression is for these columns; throws Division for a division by zero. */
function meaning(b: Bound, columns: ReadonlyMap<string, Held>): Held {
  const of = (inner: Bound): Held => meaning(inner, columns);
  switch (b.kind) {
    case 'literal':
      return b.value;
    case 'column':
      return columns.get(b.column.name)!;
    case 'arithmetic': {
      const [l, r] = [of(b.left), of(b.right)] as [number | null, number | null];
      if (l === null || r === null) return null;
      if (b.operator === '+') return l + r;
      if (r === 0) throw new Division();
      return Math.trunc(l / r) + 0;
    }
    case 'concat': {
      const parts = b.operands.map(of);
      return parts.includes(null) ? null : parts.join('');
    }
    case 'compare': {
      const [l, r] = [of(b.left), of(b.right)];
      return l === null || r === null ? null : compared(b.operator, l as string, r as string);
    }
    case 'distinct':
      return of(b.left) !== of(b.right);
    case 'between': {
      const [v, low, high] = [of(b.operand), of(b.low), of(b.high)] as (string | null)[];
      return and([v === null || low === null ? null : v! >= low!, v === null || high === null ? null : v! <= high!]);
    }
    case 'in': {
      const v = of(b.operand);
      const list = b.list.map(of);
      if (v === null) return null;
      return list.includes(v) ? true : list.includes(null) ? null : false;
    }
    case 'and': {
      let open = false;
      for (const operand of b.operands) {
        const v = of(operand);
        if (v === false) return false;
        open ||= v === null;
      }
      return open ? null : true;
    }
    case 'or': {
      let open = false;
      for (const operand of b.operands) {
        const v = of(operand);
        if (v === true) return true;
        open ||= v === null;
      }
      return open ? null : false;
    }
    case 'not': {
      const v = of(b.operand);
      return v === null ? null : !v;
    }
    case 'is': {
      const v = of(b.operand);
      return v === (b.test === 'null' ? null : b.test === 'true');
    }
    case 'case':
      for (const { when, result } of b.whens) if (of(when) === true) return of(result);
      return of(b.otherwise);
    case 'coalesce':
      for (const operand of b.operands) {
        const v = of(operand);
        if (v !== null) return v;
      }
      return null;
    case 'nullif': {
      const [l, r] = [of(b.left), of(b.right)];
      return l !== null && l === r ? null : l;
    }
    default:
      throw new TypeError(b.kind);
  }
}

function and(list: readonly (boolean | null)[]): boolean | null {
  return list.includes(false) ? false : list.includes(null) ? null : true;
}

function compared(operator: CompareOperator, l: string, r: string): boolean {
  switch (operator) {
    case '=':
      return l === r;
    case '<>':
      return l !== r;
    case '<':
      return l < r;
    case '<=':
      return l <= r;
    case '>':
      return l > r;
    case '>=':
      return l >= r;
  }
}

type Kind = 'INT' | 'VARCHAR' | 'BOOLEAN';
const kinds: readonly Kind[] = ['INT', 'VARCHAR', 'BOOLEAN'];
const names: Readonly<Record<Kind, readonly string[]>> = {
  INT: ['i', 'j'],
  VARCHAR: ['s', 't'],
  BOOLEAN: ['p', 'q'],
};
const allNames = kinds.flatMap((kind) => names[kind]);
const operators: readonly CompareOperator[] = ['=', '<>', '<', '<=', '>', '>='];

/** A tree from a list of numbers; what it made before it takes again now and then. */
function tree(choices: readonly number[]): Bound {
  let at = 0;
  const next = (n: number): number => choices[at++ % choices.length]! % n;
  const made: Record<Kind, Bound[]> = { INT: [], VARCHAR: [], BOOLEAN: [] };
  const leaf = (kind: Kind): Bound => {
    const pick = next(6);
    if (pick === 0) return literal(kind, null);
    if (pick < 4) return column(names[kind][next(2)]!, kind);
    if (kind === 'INT') return int(next(3));
    return kind === 'VARCHAR' ? text(['', 'a', 'é'][next(3)]!) : literal('BOOLEAN', next(2) === 0);
  };
  const of = (kind: Kind, depth: number): Bound => {
    if (depth > 4 || at > choices.length * 2) return leaf(kind);
    if (made[kind].length > 0 && next(4) === 0) return made[kind][next(made[kind].length)]!;
    const b = node(kind, depth + 1);
    made[kind].push(b);
    return b;
  };
  const list = (kind: Kind, depth: number): Bound[] => Array.from({ length: 2 + next(2) }, () => of(kind, depth));
  const node = (kind: Kind, depth: number): Bound => {
    const pick = next(kind === 'BOOLEAN' ? 13 : 6);
    switch (pick) {
      case 0:
        return leaf(kind);
      case 1:
        return bound('case', kind, {
          whens: list('BOOLEAN', depth).map((when) => ({ when, result: of(kind, depth) })),
          otherwise: of(kind, depth),
        });
      case 2:
        return bound('coalesce', kind, { operands: list(kind, depth) });
      case 3:
        return bound('nullif', kind, { left: of(kind, depth), right: of(kind, depth) });
    }
    if (kind === 'INT')
      return bound('arithmetic', 'INT', {
        operator: pick === 4 ? '/' : '+',
        left: of('INT', depth),
        right: of('INT', depth),
      });
    if (kind === 'VARCHAR') return bound('concat', 'VARCHAR', { operands: list('VARCHAR', depth) });
    const other = kinds[next(3)]!;
    const [left, right] = [of(other, depth), of(other, depth)];
    switch (pick) {
      case 4:
      case 5:
        return bound('compare', 'BOOLEAN', { operator: operators[next(6)]!, left, right });
      case 6:
        return bound('distinct', 'BOOLEAN', { left, right });
      case 7:
        return bound('between', 'BOOLEAN', { operand: left, low: right, high: of(other, depth) });
      case 8:
        return bound('in', 'BOOLEAN', { operand: left, list: [right, of(other, depth)] });
      case 9:
        return bound('not', 'BOOLEAN', { operand: of('BOOLEAN', depth) });
      case 10:
        return bound('is', 'BOOLEAN', {
          test: (['null', 'true', 'false'] as const)[next(3)]!,
          operand: of('BOOLEAN', depth),
        });
      default:
        return bound(pick === 11 ? 'and' : 'or', 'BOOLEAN', { operands: list('BOOLEAN', depth) });
    }
  };
  return of(kinds[next(3)]!, 0);
}

const columns = fc.tuple(
  ...[0, 1].map(() => fc.constantFrom(null, 0, 1, 2)),
  ...[0, 1].map(() => fc.constantFrom(null, '', 'a', 'é', 'aa')),
  ...[0, 1].map(() => fc.constantFrom(null, true, false)),
);

for (const holding of ['values', 'slices'] as const)
  test(`any expression over ${holding} is what it means, and evaluates nothing that its text does not`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 20, maxLength: 120 }),
        fc.array(columns, { minLength: 1, maxLength: 12 }),
        (choices, rows) => {
          const b = tree(choices);
          const faces = b.type.kind === 'BOOLEAN' ? (['value', 'true', 'false'] as const) : (['value'] as const);
          for (const face of faces) {
            const { run, source } = generate(b, allNames, { face, holding });
            for (const row of rows) {
              const wanted = outcome(() => meaning(b, new Map(allNames.map((name, i) => [name, row[i]!]))));
              const got = outcome(() => run(...row));
              const at = `${face} of ${JSON.stringify(row)}\n${source}`;
              // An answer may be known without the division: that of NULL IN (1 / 0).
              if (wanted !== Division) assert.equal(got, face === 'value' ? wanted : wanted === (face === 'true'), at);
            }
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

function outcome(run: () => Held): Held | typeof Division {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof Division || (cause as Error).message === 'division by zero') return Division;
    throw cause;
  }
}
