/**
 * Which expressions of a kernel are the same: two have one key exactly when they are built alike from the same columns,
 * variables, functions and constants. Also counts them, so that what occurs once can stay where it stands. Emits nothing.
 */
import { type Bound, childrenOf } from '../sql/bound.ts';
import { keyOfValue } from '../sql/functions/equality.ts';
import { jsonType } from '../sql/functions/results.ts';
import type { SqlType } from '../sql/types.ts';

export class SharedKeys {
  readonly #keys = new Map<Bound, string | undefined>();
  /** What an expression is made of → its key. */
  readonly #made = new Map<string, string>();
  /** Variables, functions and schemas are the same only if they are the same object. */
  readonly #objects = new Map<object, number>();
  readonly #types = new Map<SqlType, string>();
  readonly #counts = new Map<string, number>();

  /** Undefined: evaluating it again gives another value, so it is the same as no other. */
  of(b: Bound): string | undefined {
    if (this.#keys.has(b)) return this.#keys.get(b);
    const key = this.#key(b);
    this.#keys.set(b, key);
    return key;
  }

  /** Counts what the kernel evaluates: what stands in an expression that occurs twice is evaluated once. */
  count(bounds: Iterable<Bound>): void {
    for (const b of bounds) {
      const key = this.of(b);
      const before = key === undefined ? 0 : (this.#counts.get(key) ?? 0);
      if (key !== undefined) this.#counts.set(key, before + 1);
      if (before === 0) this.count(childrenOf(b));
    }
  }

  /** Whether it was counted more than once. */
  isShared(b: Bound): boolean {
    const key = this.of(b);
    return key !== undefined && (this.#counts.get(key) ?? 0) > 1;
  }

  #key(b: Bound): string | undefined {
    if (b.kind === 'call' && b.fn.volatile === true) return undefined;
    if (b.kind === 'once') return `once ${this.#object(b.of)}`;
    const children = childrenOf(b).map((child) => this.of(child));
    if (children.includes(undefined)) return undefined;
    const made = [b.kind, this.#type(b.type), this.#own(b), ...children].join(' ');
    const known = this.#made.get(made);
    if (known !== undefined) return known;
    const key = `${this.#made.size}`;
    this.#made.set(made, key);
    return key;
  }

  /** What a node says beside its children; texts are quoted, so that none can pass for something else. */
  #own(b: Bound): string {
    switch (b.kind) {
      case 'literal':
        return JSON.stringify(keyOfValue(b.value));
      case 'column':
        return JSON.stringify(b.column.path);
      case 'meta':
        return b.name;
      case 'variable':
        return this.#object(b.variable);
      case 'compare':
      case 'arithmetic':
        return b.operator;
      case 'chain':
        return b.steps.map((step) => `${step.operator} ${this.#type(step.type)}`).join(' ');
      case 'is':
        return b.test;
      case 'like':
        return `${b.by} ${JSON.stringify(b.escape ?? null)}`;
      case 'cast':
        return String(b.safe);
      case 'field':
      case 'branch':
        return String(b.index);
      case 'quantified':
        return `${b.quantifier} ${this.#object(b.element)}`;
      case 'exists':
        return `${this.#object(b.element)} ${b.ordinality === undefined ? '' : this.#object(b.ordinality)}`;
      case 'lambda':
        return b.parameters.map((p) => this.#object(p)).join(',');
      case 'call':
        return this.#object(b.fn);
      default:
        return '';
    }
  }

  #object(object: object): string {
    const known = this.#objects.get(object);
    if (known !== undefined) return `#${known}`;
    this.#objects.set(object, this.#objects.size);
    return `#${this.#objects.size - 1}`;
  }

  #type(type: SqlType): string {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const text = this.#typeText(type);
    this.#types.set(type, text);
    return text;
  }

  #typeText(type: SqlType): string {
    switch (type.kind) {
      case 'DECIMAL':
        return `DECIMAL(${type.precision},${type.scale})`;
      case 'TIME':
        return `TIME(${type.precision},${type.digits ?? ''})`;
      case 'TIMESTAMP':
        return `TIMESTAMP(${type.precision},${type.zoned},${type.digits ?? ''})`;
      case 'INTERVAL':
        return `INTERVAL(${type.of})`;
      case 'ARRAY':
        return `ARRAY(${this.#type(type.element.type)},${type.element.nullable})`;
      case 'MAP':
        return `MAP(${this.#type(type.value.type)},${type.value.nullable})`;
      case 'ROW':
        // A record's row may contain itself.
        if (type.schema !== undefined) return `ROW${this.#object(type.schema)}`;
        return `ROW(${type.fields.map((f) => `${JSON.stringify(f.name)},${this.#type(f.type.type)},${f.type.nullable}`).join(';')})`;
      case 'UNION':
        return `UNION${this.#object(type.schema)}`;
      default:
        return type === jsonType ? 'JSON' : type.kind;
    }
  }
}
