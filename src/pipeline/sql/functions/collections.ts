/** The functions of arrays and maps, in the order of the reference page. */
import { arrays } from './arrays.ts';
import type { SqlFunction } from './function.ts';
import { lambdas } from './lambdas.ts';
import { maps } from './maps.ts';

export const collections: readonly SqlFunction[] = [...arrays, ...maps, ...lambdas];
