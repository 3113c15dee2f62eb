/** fastavro and Apache Avro for Python, asked whether they can read a container file. */
import type { AskedProcess } from '../../support/asked-process.ts';
import { type PythonProgram, startPython } from '../../support/python.ts';

export const avroForPython: PythonProgram = {
  name: 'oracle-avro-python',
  packages: ['fastavro==1.13.1', 'avro==1.12.2'],
  source: new URL('../python/avro_oracle.py', import.meta.url),
};

/** Records read, or what was wrong. */
export type Found = number | string;

export class AvroForPython {
  readonly #process: AskedProcess;
  static async start(): Promise<AvroForPython> {
    return new AvroForPython(await startPython(avroForPython));
  }
  private constructor(process: AskedProcess) {
    this.#process = process;
  }
  async read(schema: string, file: string): Promise<{ readonly fastavro: Found; readonly avro: Found }> {
    return (await this.#process.ask({ schema, file })) as { fastavro: Found; avro: Found };
  }
  close(): Promise<void> {
    return this.#process.close();
  }
}
