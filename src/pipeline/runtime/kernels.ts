/** Compiled kernels of one thread, by plan: jobs of the same plan share them. Bounded; the longest unused goes first. */
import { compileInput } from '../../contracts/compile-input.ts';
import type { TaskPlan } from '../../contracts/plan.ts';
import type { CompileQuery, Kernel } from '../ports.ts';

const KEPT_MAX = 512;

/** Topic → the kernel for its records. */
export type TopicKernels = ReadonlyMap<string, Kernel>;

export class Kernels {
  readonly #compile: CompileQuery;
  readonly #kept = new Map<string, TopicKernels>();

  constructor(compile: CompileQuery) {
    this.#compile = compile;
  }

  /** The kernels for the writer schemas that the plan's streams name. Throws MillraceError. */
  get(plan: TaskPlan): TopicKernels {
    const key = `${plan.hash}\n${plan.sources.map((s) => s.writerSchema).join('\n')}`;
    let kernels = this.#kept.get(key);
    if (kernels === undefined) {
      kernels = this.#make(plan);
      if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!);
    } else this.#kept.delete(key);
    this.#kept.set(key, kernels);
    return kernels;
  }

  #make(plan: TaskPlan): TopicKernels {
    const streams = Object.fromEntries(plan.sources.map((s) => [s.stream, s.writerSchema]));
    const { name, namespace } = JSON.parse(plan.outputSchema) as { name: string; namespace?: string };
    const outputName = namespace === undefined ? name : `${namespace}.${name}`;
    const query = this.#compile(compileInput(plan.sql, plan.sink, streams, outputName));
    return new Map(
      plan.sources.flatMap(({ stream, topics, writerSchema }) => {
        const kernel = query.kernel(stream, writerSchema);
        return topics.map(({ topic }) => [topic, kernel] as const);
      }),
    );
  }
}
