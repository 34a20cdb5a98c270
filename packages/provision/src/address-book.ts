import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import { z } from 'zod';

/** Where a running Pitwall is to be found: what the demo writes into its data folder and the `pitwall` command reads. */
export const addressBookSchema = z.object({
  startedAt: z.iso.datetime(),
  pid: z.int().positive(),
  kafkaBrokers: z.string().min(1),
  /** Base URLs of the services. */
  ingestionUrl: z.url(),
  inferenceUrl: z.url(),
  resultsUrl: z.url(),
  monitoringUrl: z.url(),
  /** Base URL of the trace receiver; null where traces go elsewhere. */
  tracesUrl: z.url().nullable(),
  /** Folders of the pipelines that run. */
  pipelines: z.array(z.object({ name: z.string(), folder: z.string() })).min(1),
});
export type AddressBook = z.infer<typeof addressBookSchema>;

const fileIn = (dataFolder: string): string => join(dataFolder, 'addresses.json');

/** Writes the book, whole or not at all. It stays when the demo has stopped: a reader finds out by asking. */
export function writeAddressBook(dataFolder: string, book: AddressBook): void {
  const file = fileIn(dataFolder);
  writeFileSync(`${file}.new`, `${JSON.stringify(book, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Reads the book of a data folder; null where there is none. Throws `invalid_address_book` on anything else. */
export function readAddressBook(dataFolder: string): AddressBook | null {
  const file = fileIn(dataFolder);
  try {
    return addressBookSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PitwallError(
      `${file} is not what \`npm start\` writes. Start it again, or give the addresses by flags.`,
      {
        code: 'invalid_address_book',
        cause: error,
      },
    );
  }
}
