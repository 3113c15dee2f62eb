/** Compiles the large query as a fresh process's first, then others like it; prints what each took as a line of JSON. */
import { compileQuery } from '../../src/pipeline/compile.ts';
import { largeQuery, largeSchema } from './large-query.ts';

const others = 20;

export interface Took {
  /** Milliseconds by the clock, and of this thread's CPU. */
  readonly ms: number;
  readonly cpuMs: number;
}

function compile(number: number): Took {
  const [began, cpu] = [performance.now(), process.threadCpuUsage()];
  const input = { sql: largeQuery(number), streams: { wide: largeSchema }, format: 'json' } as const;
  const { source } = compileQuery(input).kernel('wide', largeSchema);
  const ms = performance.now() - began;
  const { user, system } = process.threadCpuUsage(cpu);
  if (source.length < 10_000) throw new Error(`a kernel of ${source.length} characters`);
  return { ms, cpuMs: (user + system) / 1000 };
}

const cold = compile(0);
console.log(JSON.stringify({ cold, warm: Array.from({ length: others }, (_, n) => compile(n + 1)) }));
