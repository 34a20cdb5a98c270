/** How much is read ahead of what is acknowledged. */
const MAX_WAITING = 5_000;
const MAX_BATCH = 500;

/**
 * Hands documents on in batches, in their order, one batch at a time: whatever has come while the last one was sent. So a
 * trickle goes out at once, and a flood in large pieces. Ends with the input, after the signal, or with the first failure.
 */
export async function sendDocuments(
  documents: AsyncIterable<string>,
  send: (batch: readonly string[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const sender = new Sender(send);
  for await (const document of documents) {
    if (signal.aborted) break;
    sender.add(document);
    if (sender.waiting >= MAX_WAITING) await sender.sent();
    sender.rethrow();
  }
  await sender.sent();
  sender.rethrow();
}

class Sender {
  readonly #send: (batch: readonly string[]) => Promise<void>;
  readonly #waiting: string[] = [];
  #sending: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(send: (batch: readonly string[]) => Promise<void>) {
    this.#send = send;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(document: string): void {
    this.#waiting.push(document);
    this.#sending ??= this.#sendWaiting();
  }

  async sent(): Promise<void> {
    await this.#sending;
  }

  rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #sendWaiting(): Promise<void> {
    // What the input gives in one go is put together from the start.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MAX_BATCH));
    } catch (error) {
      // Told where the next document is handed over, or at the end.
      this.#failure = { error };
    }
    this.#sending = null;
  }
}
