/// <reference lib="esnext.error" />

/** The message of what was thrown, whatever it is. Not by `instanceof`: an error may come from another realm. */
export function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}

/** The code of a system error or of one of ours; null where there is none. */
export function codeOf(error: unknown): string | null {
  return Error.isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
