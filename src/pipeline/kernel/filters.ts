/**
 * The order in which a record's predicates are tested: as soon as their columns are there, the cheapest of those that are.
 * A predicate that can fail waits for all that stand before it, which may be there to keep it from failing. Emits nothing.
 */
import { type Bound, childrenOf } from '../sql/bound.ts';

interface Waiting {
  readonly test: Bound;
  readonly cost: number;
}

export class Filters {
  #left: readonly Waiting[];
  constructor(tests: readonly Bound[]) {
    this.#left = tests.map((test) => ({ test, cost: costOf(test) }));
  }

  get isDone(): boolean {
    return this.#left.length === 0;
  }

  /** The tests that are ready now, taken from the list, in the order in which they should run. */
  take(isReady: (test: Bound) => boolean): readonly Bound[] {
    const taken: Bound[] = [];
    for (;;) {
      const [first] = this.#left;
      if (first?.test.fallible && isReady(first.test)) {
        taken.push(first.test);
        this.#left = this.#left.slice(1);
        continue;
      }
      const ready = this.#ready(isReady);
      if (ready.length === 0) return taken;
      taken.push(...[...ready].sort((a, b) => a.cost - b.cost).map((w) => w.test));
      const gone = new Set(ready);
      this.#left = this.#left.filter((w) => !gone.has(w));
    }
  }

  /** Those that can't fail, before the first one that can; those behind it only where it still waits and no other does. */
  #ready(isReady: (test: Bound) => boolean): readonly Waiting[] {
    const fallible = this.#left.findIndex((w) => w.test.fallible);
    const before = fallible < 0 ? this.#left : this.#left.slice(0, fallible);
    const ready = before.filter((w) => isReady(w.test));
    return ready.length > 0 ? ready : this.#left.filter((w) => !w.test.fallible && isReady(w.test));
  }
}

/** What a test costs beside another, and how seldom it lets a record pass: a guess by its form alone. */
function costOf(b: Bound): number {
  let cost = 0;
  switch (b.kind) {
    case 'literal':
    case 'column':
    case 'variable':
      return 0;
    case 'compare':
      cost = b.operator === '=' ? 1 : b.operator === '<>' ? 4 : 2;
      break;
    case 'is':
      cost = b.test === 'null' ? 1 : 2;
      break;
    case 'like':
      cost = b.by === 'like' ? 20 : 60;
      break;
    case 'call':
    case 'cast':
      cost = 30;
      break;
    case 'quantified':
    case 'exists':
      cost = 100;
      break;
    default:
      cost = 3;
  }
  for (const child of childrenOf(b)) cost += costOf(child);
  return cost;
}
