import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PitwallError } from '@pitwall/contracts';
import { parseJsonObject } from './json-object.js';

/** The layout of the data folder that this version reads and writes. Raised when an older folder cannot be used any more. */
const FORMAT_VERSION = 1;

/** The data folder of a clone: `.pitwall/` at its root, ignored by git. */
export const DEFAULT_HOME = fileURLToPath(new URL('../../../.pitwall', import.meta.url));

/** Where things are in one data folder (`.pitwall/`). Absolute paths. */
export interface Home {
  readonly root: string;
  /** Says which format the folder has. */
  readonly formatFile: string;
  /** `<name>.log` of every child, size-capped. */
  readonly logs: string;
  /** The instance lock, one record per running child, and the configuration made for them. */
  readonly run: string;
  /** Says which process uses the folder. */
  readonly lockFile: string;
  readonly kafkaData: string;
  readonly postgresData: string;
  /** The generated password of PostgreSQL's superuser, mode 0600. */
  readonly postgresPassword: string;
}

/** The paths of a data folder; touches nothing. */
export function homeAt(folder: string): Home {
  const root = resolve(folder);
  return {
    root,
    formatFile: join(root, 'format.json'),
    logs: join(root, 'logs'),
    run: join(root, 'run'),
    lockFile: join(root, 'run', 'instance.json'),
    kafkaData: join(root, 'data', 'kafka'),
    postgresData: join(root, 'data', 'postgres'),
    postgresPassword: join(root, 'secrets', 'postgres-password'),
  };
}

/** Reads the version from the text of `format.json`; null when the text does not say one. */
export function parseFormatVersion(text: string): number | null {
  const version = parseJsonObject(text)?.['formatVersion'];
  return typeof version === 'number' ? version : null;
}

/**
 * Makes the folder and its format file, or checks the format of the one that is there. Never deletes.
 *
 * @throws PitwallError `format_mismatch` when another version of Pitwall wrote the folder.
 */
export function openHome(home: Home): void {
  if (existsSync(home.formatFile)) {
    checkFormat(home);
  } else if (existsSync(join(home.root, 'data'))) {
    throw mismatch(home, 'no format file beside its data');
  }
  // Others may pass through (PostgreSQL runs as nobody when we are root) but not list.
  mkdirSync(home.root, { recursive: true, mode: 0o711 });
  mkdirSync(join(home.root, 'data'), { recursive: true, mode: 0o711 });
  for (const folder of [home.logs, home.run, join(home.root, 'secrets')])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(home.formatFile))
    writeFileSync(home.formatFile, `${JSON.stringify({ formatVersion: FORMAT_VERSION })}\n`);
}

function checkFormat(home: Home): void {
  const version = parseFormatVersion(readFileSync(home.formatFile, 'utf8'));
  if (version !== FORMAT_VERSION)
    throw mismatch(home, version === null ? 'an unreadable format file' : `format version ${version}`);
}

function mismatch(home: Home, got: string): PitwallError {
  return new PitwallError(
    `The data folder ${home.root} has ${got}; this Pitwall works with format version ${FORMAT_VERSION}. ` +
      'Nothing was changed. Run `npm run reset` to delete the data and start empty, or use the version that wrote it.',
    { code: 'format_mismatch', details: { folder: home.root, expected: FORMAT_VERSION } },
  );
}
