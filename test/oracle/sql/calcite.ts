/** Apache Calcite, asked what expressions are over some rows. */
import type { AskedProcess } from '../../support/asked-process.ts';
import { type JavaProgram, startJava } from '../../support/java.ts';

const version = '1.42.0';

export const calcite: JavaProgram = {
  name: `oracle-calcite-${version}`,
  artifacts: [
    { group: 'org.apache.calcite', artifact: 'calcite-core', version },
    // Without a binding it complains on stderr.
    { group: 'org.slf4j', artifact: 'slf4j-nop', version: '1.7.36' },
  ],
  source: new URL('../java/CalciteOracle.java', import.meta.url),
  heapMb: 384,
};

export interface Question {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Dates and times as numbers, as Avro has them; 64-bit integers and decimals as text. */
  readonly rows: readonly (readonly unknown[])[];
  readonly expressions: readonly string[];
}
/** A value's text, NULL, or why there is none. */
export type Found = string | null | { readonly error: string };
/** What an expression is in each row; or why it is none. */
export type Answer = { readonly values: readonly Found[] } | { readonly refused: string };

export class Calcite {
  readonly #process: AskedProcess;
  static async start(): Promise<Calcite> {
    return new Calcite(await startJava(calcite));
  }
  private constructor(process: AskedProcess) {
    this.#process = process;
  }
  async evaluate(question: Question): Promise<readonly Answer[]> {
    return (await this.#process.ask(question)) as readonly Answer[];
  }
  close(): Promise<void> {
    return this.#process.close();
  }
}
