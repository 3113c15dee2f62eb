/** Apache Avro for Java, asked what some bytes are. */
import type { AskedProcess } from '../../support/asked-process.ts';
import { type JavaProgram, startJava } from '../../support/java.ts';

const version = '1.12.1';

export const avroForJava: JavaProgram = {
  name: `oracle-avro-${version}`,
  artifacts: [
    { group: 'org.apache.avro', artifact: 'avro', version },
    // Without a binding it complains on stderr.
    { group: 'org.slf4j', artifact: 'slf4j-nop', version: '2.0.17' },
  ],
  source: new URL('../java/AvroOracle.java', import.meta.url),
  heapMb: 192,
};

export interface Question {
  readonly writer: string;
  readonly reader: string;
  /** The body as hex digits. */
  readonly hex: string;
}
/** The canonical text of the value, or why there is none. */
export type Answer = { readonly value: string } | { readonly error: string };

export class AvroForJava {
  readonly #process: AskedProcess;
  static async start(): Promise<AvroForJava> {
    return new AvroForJava(await startJava(avroForJava));
  }
  private constructor(process: AskedProcess) {
    this.#process = process;
  }
  async read(question: Question): Promise<Answer> {
    return (await this.#process.ask(question)) as Answer;
  }
  /** The number of a container file's records. */
  async count(schema: string, file: string): Promise<Answer> {
    return (await this.#process.ask({ schema, file })) as Answer;
  }
  close(): Promise<void> {
    return this.#process.close();
  }
}
