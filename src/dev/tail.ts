/** The end of a log file, for messages about the process that wrote it. */
import { open } from 'node:fs/promises';

const bytesMax = 1_500;

/** Never throws: a message about a failure must not fail itself. */
export async function tail(file: string): Promise<string> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return '(no log)';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytesMax);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytesMax), 0, bytesMax, from);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}
