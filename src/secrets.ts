/**
 * Secrets, which configurations name by reference only: `env:NAME`, a variable's value, or `file:PATH`, a file's content less
 * its last line's end. Read where a connection is opened, so that an exchanged file holds from the next connection on.
 */
import { readFile } from 'node:fs/promises';

/** What a reference stands for. Rejects with which one can't be read. */
export async function secret(reference: string): Promise<string> {
  const name = reference.slice(reference.indexOf(':') + 1);
  if (reference.startsWith('env:')) {
    const value = process.env[name];
    if (value === undefined || value === '') throw new Error(`the variable ${name} is not set`);
    return value;
  }
  try {
    return (await readFile(name, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new Error(`the file ${name} can't be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}
