/**
 * How payloads are kept by Temporal: as they are, or as a module of the installation's own says, which the configuration names by its path
 * (docs/secured.md). Specs and SQL are in payloads; with a codec that encrypts, Temporal holds none that can be read.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { failure, MillraceError } from '../contracts/failure.ts';

/** What a module exports as its default. Throws MillraceError `invalid_spec` that says what is wrong with it. */
export async function loadPayloadCodec(path: string | undefined): Promise<PayloadCodec | undefined> {
  if (path === undefined) return undefined;
  const wrong = (why: string, cause?: unknown): MillraceError =>
    new MillraceError(failure('invalid_spec', `The module ${path}, which temporal.codec names, ${why}.`), [], {
      cause,
    });
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown }).default;
  } catch (cause) {
    throw wrong(`can't be loaded: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  const { encode, decode } = (exported ?? {}) as Partial<PayloadCodec>;
  if (typeof encode === 'function' && typeof decode === 'function') return exported as PayloadCodec;
  throw wrong('exports no PayloadCodec as its default: an object with encode and decode');
}

/** A payload of an answer that the SDK hands on as it came. */
export async function decoded<T>(client: Client, payload: Payload): Promise<T> {
  let payloads = [payload];
  for (const codec of client.options.loadedDataConverter.payloadCodecs.toReversed())
    payloads = await codec.decode(payloads);
  return defaultPayloadConverter.fromPayload<T>(payloads[0]!);
}
