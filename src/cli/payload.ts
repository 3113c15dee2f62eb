/** The value of a record as one line of text: by its Avro schema as the jobs' own JSON, else as the JSON or text that it is. */
import { RecordError } from '../pipeline/ports.ts';

/** JSON text of a value, ready to be printed or put into a larger object. Never throws. */
export type ShowValue = (value: Buffer) => { readonly json: string; readonly plain: string };

/** Throws MillraceError `invalid_schema`. */
export async function decoder(schema: string | null): Promise<ShowValue> {
  return schema === null ? showUnknown : showAvro(schema);
}

async function showAvro(schema: string): Promise<ShowValue> {
  const { compileQuery } = await import('../pipeline/compile.ts');
  const { Rows } = await import('../pipeline/rows.ts');
  const { numbered } = await import('../pipeline/query/source-record.ts');
  const [rows, record] = [new Rows(), numbered()];
  const kernel = compileQuery({ sql: 'SELECT * FROM t', streams: { t: schema }, format: 'json' }).kernel('t', schema);
  let room = Buffer.allocUnsafe(64 * 1024);
  return (value) => {
    try {
      const run = (): number => kernel.run(value, 0, value.length, room, 0, rows, record);
      let end = run();
      for (; end > room.length; end = run()) room = Buffer.allocUnsafe(end * 2);
      const json = room.toString('utf8', 0, end);
      return { json, plain: json };
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
      const json = JSON.stringify({ undecodable: error.message, base64: value.toString('base64') });
      return { json, plain: json };
    }
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const showUnknown: ShowValue = (value) => {
  let text: string;
  try {
    text = utf8.decode(value);
  } catch {
    const json = JSON.stringify({ base64: value.toString('base64') });
    return { json, plain: json };
  }
  try {
    JSON.parse(text);
    return { json: text, plain: text };
  } catch {
    return { json: JSON.stringify(text), plain: text };
  }
};
