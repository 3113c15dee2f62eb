/**
 * @platformatic/kafka, loaded when it is first needed: for TLS and SASL. Loading it costs most of a second of CPU and 80 MB,
 * which a host on a plain connection is spared.
 */
import { createRequire } from 'node:module';

type Library = typeof import('@platformatic/kafka');

const require = createRequire(import.meta.url);
let loaded: Library | null = null;

export function library(): Library {
  loaded ??= require('@platformatic/kafka') as Library;
  return loaded;
}
