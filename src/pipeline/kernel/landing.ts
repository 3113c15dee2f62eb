/** Locals of the generated function into which a value is decoded, made before it is known which of several places the value comes from. */
import type { Reading } from '../avro/resolve.ts';
import { type AvroEnum, type AvroSchema, viewUnion } from '../avro/schema.ts';
import { typeOf } from '../sql/types.ts';
import { always, type Code, js, never } from './code.ts';
import type { Emitter } from './emitter.ts';
import { heldAs, initial } from './held.ts';
import type { Operand } from './operand.ts';

export interface Landing {
  /** How the value is held once it is decoded. */
  readonly operand: Operand;
  /** The local that says whether it is NULL; undefined where it can't be. */
  readonly isNull: Code | undefined;
  /** What the value is where it is not NULL. */
  readonly schema: AvroSchema;
}

/** Locals for values of the reader's schema. `absent`: they are NULL until a value is decoded. */
export function landingFor(e: Emitter, reading: Reading, absent: boolean): Landing {
  const { schema, nullable } = withoutNull(reading.reader);
  const isNull = absent || nullable ? e.local('isNull', always) : undefined;
  const on = isNull ?? (schema.kind === 'null' ? always : never);
  const landing = (operand: Operand): Landing => ({ operand, isNull, schema });
  switch (decodedAs(schema)) {
    case 'boolean':
      return landing({ as: 'boolean', null: on, value: e.local('flag', never) });
    case 'int':
      return landing({ as: 'int', null: on, value: e.local('int', js`0`) });
    case 'long':
      return landing({ as: 'long', null: on, value: e.local('long', js`0`) });
    case 'double':
      return landing({ as: 'double', null: on, value: e.local('double', js`0.5`) });
    case 'enum':
      return landing({ as: 'enum', null: on, index: e.local('symbol', js`0`), symbols: (schema as AvroEnum).symbols });
    case 'slice':
      return landing({ as: 'slice', null: on, start: e.local('start', js`0`), end: e.local('end', js`0`) });
    case 'text':
      return landing({ as: 'text', null: on, value: e.local('text', js`${''}`) });
    case 'value':
      return landing({ as: 'value', null: on, value: e.local('value', js`null`) });
    case 'place':
      return landing({ as: 'place', null: on, at: e.local('at', js`0`), end: e.local('end', js`0`), reading });
  }
}

/** Locals that take a JavaScript value of the schema, wherever it comes from: the wire or a default. NULL until one is put there. */
export function heldLanding(e: Emitter, reader: AvroSchema): Landing {
  const { schema } = withoutNull(reader);
  const isNull = e.local('isNull', always);
  const as = heldAs(typeOf(schema).type);
  const operand = { as, null: isNull, value: e.local('held', initial(as)) } as Operand;
  return { operand, isNull, schema };
}

/** A schema without the null of a nullable union. */
function withoutNull(reader: AvroSchema): { readonly schema: AvroSchema; readonly nullable: boolean } {
  if (reader.kind !== 'union') return { schema: reader, nullable: false };
  const view = viewUnion(reader);
  if (view.kind === 'nullable') return { schema: view.value, nullable: true };
  return { schema: reader, nullable: view.nullIndex !== undefined };
}

type Decoded = Operand['as'];

/** What is looked into where it is read; of anything else only the place is kept. */
function decodedAs(schema: AvroSchema): Decoded {
  const logical = 'logical' in schema ? schema.logical?.name : undefined;
  switch (schema.kind) {
    case 'boolean':
    case 'enum':
    case 'int':
    case 'long':
      return schema.kind;
    case 'float':
    case 'double':
      return 'double';
    case 'string':
      return 'slice';
    case 'bytes':
      return logical === 'decimal' ? 'long' : 'slice';
    case 'fixed':
      return logical === 'decimal' ? 'long' : logical === 'uuid' ? 'text' : logical === 'duration' ? 'value' : 'slice';
    default:
      return 'place';
  }
}

/** Whether values of the schema, or of the one in its union with null, are decoded to more than their place. */
export const isScalar = (reader: AvroSchema): boolean => decodedAs(withoutNull(reader).schema) !== 'place';

/** Whether they are held as a piece of the record's bytes: to decode one is no more than to remember where it stands. */
export const isSlice = (reader: AvroSchema): boolean => decodedAs(withoutNull(reader).schema) === 'slice';
