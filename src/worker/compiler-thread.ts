/** One compiler thread: the compiler behind messages, so that a long query holds up neither workflows nor other tenants' work. Started by compiler.ts only. */
import { parentPort } from 'node:worker_threads';
import { makePlan } from '../activities/plan.ts';
import { type Failure, failure, MillraceError, type Problem } from '../contracts/failure.ts';
import type { CompileJob, Plan } from '../contracts/plan.ts';
import type { StreamSpec } from '../contracts/spec.ts';
import { compileQuery } from '../pipeline/compile.ts';
import { streamsOf as streamNames } from '../pipeline/sql/ast.ts';
import { MistakeFound } from '../pipeline/sql/mistake.ts';
import { parseQuery } from '../pipeline/sql/parse.ts';

export type CompilerCall =
  | { readonly ask: 'streams'; readonly sql: string }
  | {
      readonly ask: 'plan';
      readonly order: CompileJob;
      readonly streams: Readonly<Record<string, StreamSpec>>;
    };

export type CompilerAnswer =
  | { readonly value: readonly string[] | Plan }
  | { readonly failure: Failure; readonly problems: readonly Problem[] };

const port = parentPort;
if (port === null) throw new Error('compiler-thread.ts runs as a worker thread only.');

port.on('message', (call: CompilerCall) => port.postMessage(answerTo(call)));
// Its code is loaded.
port.postMessage('ready');

function answerTo(call: CompilerCall): CompilerAnswer {
  try {
    return { value: call.ask === 'streams' ? streamsOf(call.sql) : makePlan(compileQuery, call.order, call.streams) };
  } catch (e) {
    if (e instanceof MillraceError) return { failure: e.failure, problems: e.problems };
    const message = `The compiler failed: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}`;
    return { failure: failure('internal', message), problems: [] };
  }
}

/** What can't be parsed names no stream; compiling it then says what is wrong, and where. */
function streamsOf(sql: string): string[] {
  try {
    return streamNames(parseQuery(sql)).map((name) => name.text);
  } catch (error) {
    if (error instanceof MistakeFound) return [];
    throw error;
  }
}
