import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user that PostgreSQL runs as when we are root, which PostgreSQL refuses to be: `nobody`. */
export const NOBODY = { uid: 65_534, gid: 65_534 } as const;

/** What of a folder decides whether one may pass through it. */
export interface FolderMode {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** The first folder of the list that nobody may not pass through, or null. Access lists beyond the mode bits are not looked at. */
export function firstClosedFolder(folders: readonly FolderMode[]): string | null {
  return folders.find((folder) => !isOpen(folder))?.path ?? null;
}

function isOpen({ uid, gid, mode }: FolderMode): boolean {
  if (uid === NOBODY.uid) return (mode & 0o100) !== 0;
  if (gid === NOBODY.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/** The folder and all above it, from the root down. The path must exist and hold no symbolic links. */
export function foldersAbove(path: string): readonly FolderMode[] {
  const folders: FolderMode[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const { uid, gid, mode } = statSync(folder);
    folders.unshift({ path: folder, uid, gid, mode });
    if (folder === dirname(folder)) return folders;
  }
}
