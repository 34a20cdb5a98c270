import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonObject } from './json-object.js';

/** Names the folder outside the data folder that holds PostgreSQL's data, where one had to be made (see `postgres/place.ts`). */
export function outsideFile(homeRoot: string): string {
  return join(homeRoot, 'postgres-place.json');
}

/** The folder outside the data folder that holds PostgreSQL's data, when there is one; null otherwise. */
export function outsideFolderOf(homeRoot: string): string | null {
  const file = outsideFile(homeRoot);
  if (!existsSync(file)) return null;
  const folder = parseJsonObject(readFileSync(file, 'utf8'))?.['folder'];
  return typeof folder === 'string' && existsSync(folder) ? folder : null;
}

/** Deletes a data folder with all that belongs to it. Nothing may run in it. */
export function deleteHome(homeRoot: string): void {
  const outside = outsideFolderOf(homeRoot);
  for (const folder of outside === null ? [homeRoot] : [outside, homeRoot]) {
    rmSync(folder, { recursive: true, force: true });
  }
}
