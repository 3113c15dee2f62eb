/** Millrace's search attributes on a Temporal server: which are missing, and registering them where the server is somebody else's. */
import { Connection } from '@temporalio/client';
import { failure, MillraceError } from '../contracts/failure.ts';
import { searchAttributes } from '../contracts/names.ts';

/** Milliseconds to connect and for the answer. */
const answerMsMax = 5_000;
/** temporal.api.enums.v1.IndexedValueType */
const valueTypes = { KEYWORD: 2, INT: 3, DATETIME: 6, KEYWORD_LIST: 7 } as const;

const grpcUnimplemented = 12;

type Name = keyof typeof searchAttributes;

/** Names that the namespace doesn't know yet. Rejects where the server doesn't answer. */
export async function missingSearchAttributes(address: string, namespace: string): Promise<readonly Name[]> {
  return withConnection(address, (connection) => missing(connection, namespace));
}

/** Registers what is missing. Throws MillraceError `temporal_unavailable`. */
export async function registerSearchAttributes(address: string, namespace: string): Promise<void> {
  try {
    await withConnection(address, async (connection) => {
      const names = await missingOrAll(connection, namespace);
      if (names.length === 0) return;
      const rows = names.map((name) => [name, valueTypes[searchAttributes[name]]]);
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(rows) });
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new MillraceError(
      failure(
        'temporal_unavailable',
        `The search attributes could not be registered on ${address}, namespace ${namespace}: ${why}. Check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.`,
      ),
      [],
      { cause },
    );
  }
}

/** The time-skipping test server can add but not list. */
async function missingOrAll(connection: Connection, namespace: string): Promise<readonly Name[]> {
  try {
    return await missing(connection, namespace);
  } catch (error) {
    if ((error as { code?: unknown }).code !== grpcUnimplemented) throw error;
    return Object.keys(searchAttributes) as Name[];
  }
}

async function missing(connection: Connection, namespace: string): Promise<readonly Name[]> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  return (Object.keys(searchAttributes) as Name[]).filter((name) => !(name in (known.customAttributes ?? {})));
}

async function withConnection<T>(address: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: answerMsMax });
  try {
    return await connection.withDeadline(Date.now() + answerMsMax, () => use(connection));
  } finally {
    await connection.close();
  }
}
