import type { Violation } from '@pitwall/contracts';
import { LIMITS } from '@pitwall/contracts';
import { jsonPointer } from './definition-problem.js';

/**
 * Finds text that PostgreSQL cannot store: NUL, or half of a surrogate pair, in a value or in a key, at any depth. Both come
 * from escapes only (`\u0000`, `\ud800`). Undefined where there is none, which costs one pass without an allocation.
 */
export function findUnstorableText(value: unknown): { violations: Violation[]; count: number } | undefined {
  if (isStorable(value)) return undefined;
  const found = { violations: [] as Violation[], count: 0 };
  collect(value, [], found);
  return found;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  for (const key in value) {
    if (!isStorableText(key) || !isStorable((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function collect(
  value: unknown,
  path: readonly PropertyKey[],
  found: { violations: Violation[]; count: number },
): void {
  if (typeof value === 'string') report(value, path, found);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const at = [...path, key.toWellFormed().replaceAll('\0', '\\0')];
    if (!Array.isArray(value)) report(key, at, found);
    collect(member, at, found);
  }
}

function report(text: string, path: readonly PropertyKey[], found: { violations: Violation[]; count: number }): void {
  if (isStorableText(text)) return;
  found.count += 1;
  if (found.violations.length >= LIMITS.maxViolations) return;
  const what = text.includes('\0') ? 'NUL' : 'a lone surrogate';
  found.violations.push({
    pointer: jsonPointer(path),
    rule: 'storable-text',
    message: `must not hold ${what}: PostgreSQL cannot store it`,
    got: JSON.stringify(text).slice(0, 200),
  });
}
