/** What a command touches outside of itself, in one place: tests give their own. */
import type { MillraceClientPort } from '../client/port.ts';

export interface Connection {
  /** host:port */
  readonly temporal: string;
  readonly namespace: string;
  readonly deployment: string;
}

export interface World {
  /** Results only: what another program may read. */
  readonly out: (text: string) => void;
  /** The same for bytes, which stay as they are until it has resolved. */
  readonly outBytes: (bytes: Uint8Array) => Promise<void>;
  /** Progress and errors. */
  readonly err: (text: string) => void;
  /** Stderr as a terminal, whose last line can be rewritten; null: a file or a pipe. */
  readonly terminal: { readonly columns: () => number } | null;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From here on Ctrl-C doesn't end the process, but aborts this signal: for commands that end in good order. */
  readonly takeInterrupts: () => AbortSignal;
  readonly connect: (to: Connection) => Promise<MillraceClientPort>;
}

/** The command ends with this exit code; what there is to say has been printed. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: number;
  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** The command line is wrong in a way that only the command itself can see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
