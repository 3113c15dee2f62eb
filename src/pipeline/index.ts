/** The data plane as the rest of Millrace uses it: the compiler, the engine, and reading and writing topics. No Temporal in here. */
export { compileQuery } from './compile.ts';
export * from './kafka/index.ts';
export type { CompiledQuery, CompileInput, CompileQuery, Kernel } from './ports.ts';
export { REJECTED, RecordError } from './ports.ts';
export { Engine } from './runtime/engine.ts';
export type { EngineOptions, EnginePort, FenceTransactionalIds } from './runtime/port.ts';
