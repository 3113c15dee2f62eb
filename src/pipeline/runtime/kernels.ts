/** Compiled kernels of one thread, by plan: jobs of the same plan share one. Bounded; the longest unused goes first. */
import type { Plan } from '../../contracts/plan.ts';
import type { CompileQuery, Kernel } from '../ports.ts';

const KEPT_MAX = 512;

export class Kernels {
  readonly #compile: CompileQuery;
  readonly #kept = new Map<string, Kernel>();

  constructor(compile: CompileQuery) {
    this.#compile = compile;
  }

  /** The kernel for the plan's own writer schema. Throws MillraceError. */
  get(plan: Plan): Kernel {
    const { stream, writerSchema } = plan.source;
    const key = `${plan.hash}\n${writerSchema}`;
    let kernel = this.#kept.get(key);
    if (kernel === undefined) {
      const format = plan.sink.kafka.format;
      kernel = this.#compile({ sql: plan.sql, streams: { [stream]: writerSchema }, format }).kernel(writerSchema);
      if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    } else this.#kept.delete(key);
    this.#kept.set(key, kernel);
    return kernel;
  }
}
