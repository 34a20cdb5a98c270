const OPEN = new Set(['[', '{'].map(codeOf));
const CLOSE = new Set([']', '}'].map(codeOf));
const SPACE = new Set([' ', '\t', '\n', '\r'].map(codeOf));
const [QUOTE, BACKSLASH, COMMA, ARRAY_START, ARRAY_END] = ['"', '\\', ',', '[', ']'].map(codeOf) as [
  number,
  number,
  number,
  number,
  number,
];

/** True where the first character that counts begins an array. */
export function isArray(bytes: Buffer): boolean {
  return bytes[skipSpace(bytes, 0)] === ARRAY_START;
}

/**
 * The bytes of each element of a JSON array, untouched, or null where the brackets and commas around them are wrong. What
 * stands between them is not looked at: whoever parses the elements finds out.
 */
export function splitArray(bytes: Buffer): Buffer[] | null {
  const start = skipSpace(bytes, 0);
  const end = lastOf(bytes);
  if (bytes[start] !== ARRAY_START || end <= start || bytes[end] !== ARRAY_END) return null;
  const from = start + 1;
  if (skipSpace(bytes, from) === end) return [];
  const cuts = commasBetween(bytes, from, end);
  if (cuts === null) return null;
  const elements = [...cuts, end].map((cut, index) =>
    bytes.subarray(index === 0 ? from : (cuts[index - 1] as number) + 1, cut),
  );
  return elements.every((element) => skipSpace(element, 0) < element.length) ? elements : null;
}

/** Where the commas stand that are in no text, object or array; null where brackets close that were never opened. */
function commasBetween(bytes: Buffer, from: number, to: number): number[] | null {
  const cuts: number[] = [];
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfText(bytes, at, to);
    else if (OPEN.has(byte)) depth += 1;
    else if (CLOSE.has(byte)) depth -= 1;
    else if (byte === COMMA && depth === 0) cuts.push(at);
    if (depth < 0) return null;
  }
  return depth === 0 ? cuts : null;
}

function endOfText(bytes: Buffer, from: number, to: number): number {
  let at = from + 1;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && SPACE.has(bytes[at] as number)) at += 1;
  return at;
}

function lastOf(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (at > 0 && SPACE.has(bytes[at] as number)) at -= 1;
  return at;
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
