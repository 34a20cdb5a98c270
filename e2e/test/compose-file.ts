import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A service of docker-compose.yml, as far as the tests look at it. */
export interface ComposeService {
  readonly image: string;
  readonly build?: {
    readonly context: string;
    readonly target: string;
    readonly args: Readonly<Record<string, string>>;
  };
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly resources: { readonly limits: { readonly memory: string } } };
}

/** docker-compose.yml. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** Reads a YAML file of the repository; merge keys (`<<`) are followed. */
export function readYaml(path: string): unknown {
  return parse(readFileSync(join(ROOT, path), 'utf8'), { merge: true });
}

/** docker-compose.yml, with its variables as they are written. */
export function readCompose(): ComposeFile {
  return readYaml('docker-compose.yml') as ComposeFile;
}

/** A text of the compose file as it is where no variable is set. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');
}
