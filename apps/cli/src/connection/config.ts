import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AddressBook, readAddressBook } from '@pitwall/provision';
import { CommandFailure, EXIT } from '../exit-codes.js';

/** The flags that every command takes. */
export interface CommonFlags {
  readonly json?: true;
  readonly data?: string;
  readonly pipeline?: string;
  readonly kafka?: string;
  readonly resultsUrl?: string;
  readonly tracesUrl?: string;
}

/** What a command can be told where something is: flag, variable, field of the running demo's address book. */
const ADDRESSES = {
  kafka: { flag: 'kafka', variable: 'KAFKA_BROKERS', field: 'kafkaBrokers', option: '--kafka <host:port,…>' },
  results: { flag: 'resultsUrl', variable: 'PITWALL_RESULTS_URL', field: 'resultsUrl', option: '--results-url <url>' },
  traces: { flag: 'tracesUrl', variable: 'PITWALL_TRACES_URL', field: 'tracesUrl', option: '--traces-url <url>' },
} as const;

/** A thing that has an address. */
export type Addressed = keyof typeof ADDRESSES;

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_DATA = fileURLToPath(new URL('../../../../.pitwall', import.meta.url));

/** Finds addresses and pipelines: a flag wins over its variable, and that over what the running demo has written down. */
export class Settings {
  readonly #flags: CommonFlags;
  readonly #env: Environment;
  #book: AddressBook | null | undefined;

  constructor(flags: CommonFlags, env: Environment) {
    this.#flags = flags;
    this.#env = env;
  }

  /** @throws CommandFailure `unreachable` saying every way to give the address */
  address(of: Addressed): string {
    const { flag, variable, field, option } = ADDRESSES[of];
    const found = this.#flags[flag] ?? this.#env[variable] ?? this.#addressBook()?.[field];
    if (found != null && found !== '') return found.replace(/\/$/, '');
    throw new CommandFailure(
      `Where ${of} is to be found is not known: no demo has run in ${this.#dataFolder()}. Run \`npm start\`, or give ${option} or ${variable}.`,
      EXIT.unreachable,
    );
  }

  /** The pipeline that is meant: the flag, or the first one of the running demo. */
  pipeline(): string {
    const found = this.#flags.pipeline ?? this.#addressBook()?.pipelines[0]?.name;
    if (found !== undefined) return found;
    throw new CommandFailure('Which pipeline is meant is not known; give --pipeline <name>.', EXIT.usage);
  }

  /** Folder of the pipeline that is meant; undefined where the demo does not run it. */
  pipelineFolder(): string | undefined {
    const name = this.pipeline();
    return this.#addressBook()?.pipelines.find((pipeline) => pipeline.name === name)?.folder;
  }

  #dataFolder(): string {
    return this.#flags.data ?? DEFAULT_DATA;
  }

  #addressBook(): AddressBook | null {
    this.#book ??= readAddressBook(join(this.#dataFolder()));
    return this.#book;
  }
}
