import { fileURLToPath } from 'node:url';
import { type AddressBook, readAddressBook } from '@pitwall/provision';
import { CommandFailure, EXIT } from '../exit-codes.js';
import { printable } from '../output/words.js';

/** What a command can be told where something is: flag, variable, field of the running demo's address book. */
export const ADDRESSES = {
  kafka: {
    flag: 'kafka',
    variable: 'KAFKA_BROKERS',
    field: 'kafkaBrokers',
    option: '--kafka <host:port,…>',
    what: 'addresses of the brokers',
  },
  // The demo does not write it down: it holds the password.
  database: {
    flag: 'databaseUrl',
    variable: 'DATABASE_URL',
    field: null,
    option: '--database-url <url>',
    what: 'URL of PostgreSQL',
  },
  ingestion: service('ingestion'),
  inference: service('inference'),
  results: service('results'),
  monitoring: service('monitoring'),
  traces: {
    flag: 'tracesUrl',
    variable: 'PITWALL_TRACES_URL',
    field: 'tracesUrl',
    option: '--traces-url <url>',
    what: 'base URL of the trace receiver',
  },
} as const;

/** A thing that has an address. */
export type Addressed = keyof typeof ADDRESSES;

/** Options that say where things are: those of the addresses, and these. */
export interface ConnectionFlags extends Partial<Record<(typeof ADDRESSES)[Addressed]['flag'], string>> {
  readonly data?: string;
  readonly pipeline?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_DATA = fileURLToPath(new URL('../../../../.pitwall', import.meta.url));

/** Others are no URLs, or of a kind that their driver knows better. */
function isUrlOf(of: Addressed, text: string): boolean {
  if (of === 'kafka' || of === 'database') return true;
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function refuseUrl(got: string, { option, what }: { readonly option: string; readonly what: string }): never {
  throw new CommandFailure(
    `Got ${JSON.stringify(printable(got))} for ${option.split(' ')[0]}, expected the ${what}, such as http://127.0.0.1:4003.`,
    EXIT.usage,
  );
}

function service<Name extends 'ingestion' | 'inference' | 'results' | 'monitoring'>(name: Name) {
  return {
    flag: `${name}Url`,
    variable: `PITWALL_${name.toUpperCase() as Uppercase<Name>}_URL`,
    field: `${name}Url`,
    option: `--${name}-url <url>`,
    what: `base URL of ${name}`,
  } as const;
}

/** Finds addresses and pipelines: a flag wins over its variable, and that over what the running demo has written down. */
export class Settings {
  readonly #flags: ConnectionFlags;
  readonly #env: Environment;
  #book: AddressBook | null | undefined;

  constructor(flags: ConnectionFlags, env: Environment) {
    this.#flags = flags;
    this.#env = env;
  }

  /** Null where nobody says it. */
  knownAddress(of: Addressed): string | null {
    const { flag, variable, field } = ADDRESSES[of];
    const noted = field === null ? null : this.#addressBook()?.[field];
    const found = this.#flags[flag] ?? this.#env[variable] ?? noted;
    return found == null || found === '' ? null : found.replace(/\/+$/, '');
  }

  /** @throws CommandFailure `unreachable` saying every way to give the address; `usage` where it is none */
  address(of: Addressed): string {
    const found = this.knownAddress(of);
    const { option, variable, what } = ADDRESSES[of];
    if (found !== null) return isUrlOf(of, found) ? found : refuseUrl(found, { option, what });
    throw new CommandFailure(
      `Where ${of} is to be found is not known: no demo has run in ${this.dataFolder()}. Run \`npm start\`, or give ${option} or ${variable}.`,
      EXIT.unreachable,
    );
  }

  /** The pipeline that is meant: the flag, or the first one of the running demo. */
  pipeline(): string {
    const [found] = this.pipelines();
    if (found !== undefined) return found;
    throw new CommandFailure('Which pipeline is meant is not known; give --pipeline <name>.', EXIT.usage);
  }

  /** Every pipeline that is meant: that of the flag, or all of the running demo; empty where nobody says it. */
  pipelines(): readonly string[] {
    if (this.#flags.pipeline !== undefined) return [this.#flags.pipeline];
    return this.#addressBook()?.pipelines.map(({ name }) => name) ?? [];
  }

  /** Folder of the pipeline that is meant; undefined where the demo does not run it. */
  pipelineFolder(): string | undefined {
    const name = this.pipeline();
    return this.#addressBook()?.pipelines.find((pipeline) => pipeline.name === name)?.folder;
  }

  /** Folders of all pipelines that are served: those of the services' own variable, or of the demo; empty where nobody says it. */
  pipelineFolders(): readonly string[] {
    const given = this.#env['PITWALL_PIPELINES'] ?? '';
    if (given !== '') return given.split(',');
    return this.#addressBook()?.pipelines.map(({ folder }) => folder) ?? [];
  }

  /** Where the demo keeps what it keeps. */
  dataFolder(): string {
    return this.#flags.data ?? DEFAULT_DATA;
  }

  #addressBook(): AddressBook | null {
    this.#book ??= readAddressBook(this.dataFolder());
    return this.#book;
  }
}
