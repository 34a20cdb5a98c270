import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What an input holds: one document, one a line (NDJSON), or whichever of the two it looks like. */
export type DocumentsFormat = 'detect' | 'lines';

/** The documents of an input as they stand there. Lines come as they are read; empty ones are left out. */
export async function* documentsIn(input: NodeJS.ReadableStream, format: DocumentsFormat): AsyncGenerator<string> {
  if (format === 'lines') {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim() !== '') yield line;
    return;
  }
  yield* split(await text(input as Readable));
}

/** One document, unless it is none as a whole and its first two lines are: what is broken is published as it is, in one piece. */
function split(whole: string): readonly string[] {
  const lines = whole.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length < 2 || isJson(whole)) return [whole];
  return lines.slice(0, 2).every(isJson) ? lines : [whole];
}

function isJson(document: string): boolean {
  try {
    JSON.parse(document);
    return true;
  } catch {
    return false;
  }
}
