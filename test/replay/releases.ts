/** Where the histories of each release are, and which of them may still be written. */
import { readFile } from 'node:fs/promises';

/** A folder for each release, and `before-<patch>` for the way that a patch has left behind, where no release went it. */
export const histories = new URL('./histories/', import.meta.url);

/** Whether a release is out: CHANGELOG.md calls the others unreleased. */
export const isReleased = (release: string, changelog: string): boolean =>
  !changelog.split('\n').includes(`## ${release} (unreleased)`);

/** The folder of package.json's version. Throws where that is released. */
export async function folderToRecord(): Promise<URL> {
  const root = new URL('../../', import.meta.url);
  const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as { version: string };
  if (isReleased(version, await readFile(new URL('CHANGELOG.md', root), 'utf8'))) {
    throw new Error(
      `Release ${version} is out (CHANGELOG.md): its histories stay as they are. Raise the version in package.json, then record.`,
    );
  }
  return new URL(`${version}/`, histories);
}
