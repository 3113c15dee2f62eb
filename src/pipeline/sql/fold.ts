/** Expressions of constants, evaluated once, now. What would be an error stays as it is: it is then the error of the records that meet it. */
import { RecordError } from '../ports.ts';
import { type Bound, type Branch, childrenOf, type Step } from './bound.ts';
import { boolean, literal, make } from './nodes.ts';
import type { Value } from './values.ts';

/** Evaluates an expression without columns. Throws RecordError. */
export type Evaluate = (bound: Bound) => Value | null;

/** `done`: what a subquery's name stands for is folded once, and stays one, however often and in whichever branches it is used. */
export function foldBranches(branches: readonly Branch[], evaluate: Evaluate): readonly Branch[] {
  const done = new Map<Bound, Bound>();
  return branches.map((branch) => foldBranch(branch, evaluate, done));
}

function foldBranch(branch: Branch, evaluate: Evaluate, done: Map<Bound, Bound>): Branch {
  const fold = (b: Bound): Bound => foldBound(b, evaluate, done);
  const steps = branch.steps.flatMap((step): Step[] => {
    if (step.kind === 'unnest') return [{ ...step, operand: fold(step.operand) }];
    const test = fold(step.test);
    return test.kind === 'literal' && test.value === true ? [] : [{ kind: 'filter', test }];
  });
  const { key, headers, tombstone } = branch.extras;
  return Object.freeze({
    ...branch,
    steps: Object.freeze(steps),
    values: Object.freeze(branch.values.map(fold)),
    extras: Object.freeze({
      key: key && fold(key),
      headers: headers.map((h) => ({ ...h, value: fold(h.value) })),
      tombstone: tombstone && fold(tombstone),
    }),
  });
}

function foldBound(b: Bound, evaluate: Evaluate, done: Map<Bound, Bound>): Bound {
  if (b.kind === 'literal') return b;
  const known = done.get(b);
  if (known !== undefined) return known;
  const simple = simplified(withChildren(b, (child) => foldBound(child, evaluate, done)));
  const folded = isConstant(simple) ? evaluated(simple, evaluate) : simple;
  done.set(b, folded);
  return folded;
}

/**
 * Only literals below, and nothing whose value the clock or chance decides, or that might never end: who compiles can't be
 * stopped, a task's thread can (runtime/thread-link.ts). A lambda alone is no value.
 */
function isConstant(b: Bound): boolean {
  if (b.kind === 'literal' || b.kind === 'lambda') return false;
  if (b.kind === 'call' && (b.fn.volatile === true || b.fn.unbounded === true)) return false;
  if (b.kind === 'like' && (b.by === 'similar' || b.by === 'regexp')) return false;
  const children = childrenOf(b);
  return children.length > 0 && children.every((child) => child.kind === 'literal');
}

function evaluated(b: Bound, evaluate: Evaluate): Bound {
  try {
    const value = evaluate(b);
    if (value === null) return make({ kind: 'literal', value: null }, b.type, true, false);
    return literal(value, b.type);
  } catch (cause) {
    if (cause instanceof RecordError) return b;
    throw cause;
  }
}

/** TRUE beside AND, FALSE beside OR and the like, where nothing that could fail is lost. */
function simplified(b: Bound): Bound {
  if (b.kind === 'once' && b.operand.kind === 'literal') return b.operand;
  if (b.kind !== 'and' && b.kind !== 'or') return b;
  const neutral = b.kind === 'and';
  const operands = b.operands.filter((o) => !(o.kind === 'literal' && o.value === neutral));
  if (operands.length === 0) return literal(neutral, boolean);
  const decided = operands.find((o) => o.kind === 'literal' && o.value === !neutral);
  if (decided !== undefined && operands.every((o) => !o.fallible)) return decided;
  if (operands.length === b.operands.length) return b;
  return operands.length === 1 ? operands[0]! : make({ kind: b.kind, operands }, b.type, b.nullable, b.fallible);
}

/** The same node over changed children; the node itself where none has changed. */
function withChildren(b: Bound, change: (child: Bound) => Bound): Bound {
  const before = childrenOf(b);
  if (before.length === 0) return b;
  const after = before.map(change);
  if (after.every((child, i) => child === before[i])) return b;
  const next = new Map(before.map((child, i) => [child, after[i]!]));
  const swap = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    const found = next.get(part as Bound);
    if (found !== undefined) return found;
    if (Array.isArray(part)) return part.map(swap);
    return part;
  };
  const changed: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(b))
    changed[name] = nested.has(name) ? (part as object[]).map((o) => swapFields(o, swap)) : swap(part);
  return Object.freeze(changed) as unknown as Bound;
}

/** Parts that are lists of small objects around bound expressions. */
const nested: ReadonlySet<string> = new Set(['whens', 'entries', 'steps']);
const swapFields = (of: object, swap: (part: unknown) => unknown): unknown =>
  Object.freeze(Object.fromEntries(Object.entries(of).map(([name, part]) => [name, swap(part)])));
