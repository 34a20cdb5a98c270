import { PitwallError } from '@pitwall/contracts';

/** Does the work, or rejects with `shutdown_incomplete` when it is not done in time; the work is not stopped then. */
export async function withinGrace(graceMs: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `The work in hand was not finished within ${graceMs} ms (SHUTDOWN_GRACE_MS); what was not committed comes again.`;
      reject(new PitwallError(message, { code: 'shutdown_incomplete' }));
    }, graceMs);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
