import { LIMITS } from '@pitwall/contracts';

/** What a look over the bytes of a JSON document finds, before anything is built from them. All places are byte offsets. */
export interface JsonScan {
  /** Where nesting exceeds 32 levels; nothing behind it was looked at. */
  tooDeepAt: number | null;
  /** Where the keys and elements exceed 10,000; nothing behind it was looked at. */
  tooManyAt: number | null;
  /** A key `__proto__` or `constructor`, however it is written. */
  forbiddenKeyAt: number | null;
  /** A NUL or half of a surrogate pair, which only escapes can write in valid UTF-8. */
  notStorableAt: number | null;
  /** A number that a double cannot hold. */
  overflowAt: number | null;
  /** Some integer has so many digits that a double may round it. */
  hasLongInteger: boolean;
}

const KIND = { other: 0, space: 1, quote: 2, object: 3, array: 4, close: 5, comma: 6, colon: 7, number: 8 } as const;

const kinds = new Uint8Array(256);
for (const space of ' \t\n\r') kinds[space.charCodeAt(0)] = KIND.space;
for (const start of '-0123456789') kinds[start.charCodeAt(0)] = KIND.number;
const NUMBER_PART = { none: 0, digit: 1, fraction: 2, exponent: 3 } as const;
const numberParts = new Uint8Array(256);
for (const digit of '0123456789') numberParts[digit.charCodeAt(0)] = NUMBER_PART.digit;
for (const other of '+-.') numberParts[other.charCodeAt(0)] = NUMBER_PART.fraction;
for (const exponent of 'eE') numberParts[exponent.charCodeAt(0)] = NUMBER_PART.exponent;
kinds[0x22] = KIND.quote;
kinds[0x7b] = KIND.object;
kinds[0x5b] = KIND.array;
kinds[0x7d] = KIND.close;
kinds[0x5d] = KIND.close;
kinds[0x2c] = KIND.comma;
kinds[0x3a] = KIND.colon;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const SURROGATE_MASK = 0xfc00;
const HIGH_SURROGATE = 0xd800;
const LOW_SURROGATE = 0xdc00;
const FORBIDDEN = [Buffer.from('__proto__'), Buffer.from('constructor')];
const FORBIDDEN_LENGTHS = new Set(FORBIDDEN.map(({ length }) => length));
const SAFE_DIGITS = 15;
/** Up to this many digits, and without exponent, a number is finite. */
const FINITE_DIGITS = 300;

/**
 * Looks over a document once, without recursion. It does not check the grammar: what it finds in a document that is not JSON
 * means nothing, except that limits hold for any bytes.
 */
export function scanJson(bytes: Buffer): JsonScan {
  return new Scanner(bytes).scan();
}

class Scanner implements JsonScan {
  tooDeepAt: number | null = null;
  tooManyAt: number | null = null;
  forbiddenKeyAt: number | null = null;
  notStorableAt: number | null = null;
  overflowAt: number | null = null;
  hasLongInteger = false;

  private at = 0;
  private depth = 0;
  private nodes = 0;
  /** One bit per level: set where the level is an object. */
  private objects = 0;
  private isKeyNext = false;
  private isFirstElementNext = false;

  constructor(private readonly bytes: Buffer) {}

  scan(): JsonScan {
    const { bytes } = this;
    while (this.at < bytes.length && this.tooDeepAt === null && this.tooManyAt === null) {
      const kind = kinds[bytes[this.at] as number] as number;
      if (kind === KIND.space) this.at += 1;
      else if (kind === KIND.quote) this.string();
      else if (kind === KIND.number) this.number();
      else this.structure(kind);
    }
    return this;
  }

  private structure(kind: number): void {
    if (kind === KIND.comma) this.comma();
    else if (kind === KIND.colon) this.isKeyNext = false;
    else if (kind === KIND.close) this.close();
    else {
      this.element();
      if (kind !== KIND.other) this.open(kind);
    }
    this.at += 1;
  }

  private open(kind: number): void {
    if (this.depth === LIMITS.maxJsonDepth) {
      this.tooDeepAt = this.at;
      return;
    }
    const bit = 1 << this.depth;
    this.depth += 1;
    const isObject = kind === KIND.object;
    this.objects = isObject ? this.objects | bit : this.objects & ~bit;
    this.isKeyNext = isObject;
    this.isFirstElementNext = !isObject;
  }

  private close(): void {
    if (this.depth > 0) this.depth -= 1;
    this.isKeyNext = false;
    this.isFirstElementNext = false;
  }

  private comma(): void {
    const isObject = this.depth > 0 && (this.objects & (1 << (this.depth - 1))) !== 0;
    this.isKeyNext = isObject;
    if (!isObject) this.count();
  }

  /** A value begins: it is counted here only if it is the first one of an array, the others are by their comma. */
  private element(): void {
    if (!this.isFirstElementNext) return;
    this.isFirstElementNext = false;
    this.count();
  }

  private count(): void {
    this.nodes += 1;
    if (this.nodes > LIMITS.maxJsonNodes) this.tooManyAt ??= this.at;
  }

  private string(): void {
    const { bytes } = this;
    this.element();
    const from = this.at;
    let at = from + 1;
    let isEscaped = false;
    for (let byte = bytes[at]; byte !== QUOTE && byte !== undefined; byte = bytes[++at]) {
      if (byte !== BACKSLASH) continue;
      isEscaped = true;
      at = bytes[at + 1] === LETTER_U ? this.unicodeEscape(at) : at + 1;
    }
    this.at = at + 1;
    if (!this.isKeyNext) return;
    this.count();
    // Unless it is escaped, only a key of the right length can be one of the two: nothing is cut out for the others.
    if (isEscaped || FORBIDDEN_LENGTHS.has(at - from - 1)) this.key(from, { isEscaped });
  }

  private key(from: number, { isEscaped }: { readonly isEscaped: boolean }): void {
    const raw = this.bytes.subarray(from + 1, this.at - 1);
    const key = isEscaped ? unescaped(raw) : raw;
    if (FORBIDDEN.some((name) => name.equals(key))) this.forbiddenKeyAt ??= from;
  }

  /** Returns the place of the last byte of the escape, of both where two make a pair. */
  private unicodeEscape(at: number): number {
    const unit = this.codeUnit(at);
    const half = unit & SURROGATE_MASK;
    if (half === HIGH_SURROGATE && (this.codeUnit(at + 6) & SURROGATE_MASK) === LOW_SURROGATE) return at + 11;
    if (unit === 0 || half === HIGH_SURROGATE || half === LOW_SURROGATE) this.notStorableAt ??= at;
    return at + 5;
  }

  /** What `\uXXXX` at this place stands for; 1 where there is no such escape: harmless here, and refused by the parser. */
  private codeUnit(at: number): number {
    const escape = this.bytes.toString('latin1', at, at + 6);
    return /^\\u[0-9a-f]{4}$/i.test(escape) ? Number.parseInt(escape.slice(2), 16) : 1;
  }

  private number(): void {
    const { bytes } = this;
    this.element();
    const from = this.at;
    let at = from + 1;
    let part = numberParts[bytes[at] as number] as number;
    let highest: number = NUMBER_PART.digit;
    while (part !== NUMBER_PART.none && at < bytes.length) {
      if (part > highest) highest = part;
      at += 1;
      part = numberParts[bytes[at] as number] as number;
    }
    this.at = at;
    if (highest === NUMBER_PART.digit && at - from > SAFE_DIGITS) this.hasLongInteger = true;
    if (highest < NUMBER_PART.exponent && at - from <= FINITE_DIGITS) return;
    if (!Number.isFinite(this.double(from))) this.overflowAt ??= from;
  }

  private double(from: number): number {
    const value = Number(this.bytes.toString('latin1', from, this.at));
    // NaN is no number at all: the parser says so better.
    return Number.isNaN(value) ? 0 : value;
  }
}

function unescaped(raw: Buffer): Buffer {
  try {
    return Buffer.from(String(JSON.parse(`"${raw.toString('utf8')}"`)));
  } catch {
    // Not a JSON string: the parser refuses the document, whatever the key would be.
    return raw;
  }
}
