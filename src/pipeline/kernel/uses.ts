/** What a query does with each of its columns: how one is best read follows from it. */
import { type Bound, type Branch, childrenOf, type Step } from '../sql/bound.ts';

export interface Use {
  /** A predicate reads it, or a list is taken apart, before anything is written. */
  tested: boolean;
  /** An expression reads it. */
  computed: boolean;
  /** Output columns that it is, as it stands. */
  written: number;
}

const testOf = (step: Step): Bound => (step.kind === 'filter' ? step.test : step.operand);

const othersOf = ({ extras }: Branch): readonly Bound[] =>
  [extras.key, extras.tombstone, ...extras.headers.map((h) => h.value)].filter((b): b is Bound => b !== undefined);

/** Everything that a branch evaluates. */
export const boundsOf = (branch: Branch): readonly Bound[] => [
  ...branch.steps.map(testOf),
  ...othersOf(branch),
  ...branch.values,
];

/** `keyOf`: the key of an expression that is a column; what stands within one is not looked at. */
export function usesOf(
  branches: readonly Branch[],
  keyOf: (b: Bound) => string | undefined,
): ReadonlyMap<string, Readonly<Use>> {
  const uses = new Map<string, Use>();
  const visit = (b: Bound, use: (found: Use) => void): void => {
    const key = keyOf(b);
    if (key === undefined) {
      for (const child of childrenOf(b)) visit(child, use);
      return;
    }
    const found = uses.get(key) ?? { tested: false, computed: false, written: 0 };
    uses.set(key, found);
    use(found);
  };
  const compute = (found: Use): void => {
    found.computed = true;
  };
  for (const branch of branches) {
    for (const step of branch.steps)
      visit(testOf(step), (found) => {
        found.tested = true;
      });
    for (const b of othersOf(branch)) visit(b, compute);
    for (const value of branch.values) visit(value, keyOf(value) === undefined ? compute : (found) => found.written++);
  }
  return uses;
}
