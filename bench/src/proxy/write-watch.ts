/** Finds in what a client sends the requests that write, whatever the cuts of its chunks. */
export interface WriteWatch {
  /** Takes the next bytes of a connection. @returns true when a request that writes is among them */
  sees(chunk: Buffer): boolean;
}

const SIZE_BYTES = 4;
const KEY_BYTES = 2;
/** Kafka's api key of produce requests. */
const PRODUCE = 0;

/** Kafka: frames of a size and a request, which begins with its api key. */
export class ProduceWatch implements WriteWatch {
  #head = Buffer.alloc(0);
  /** Bytes of the frame at hand that are still to come. */
  #rest = 0;

  sees(chunk: Buffer): boolean {
    let isSeen = false;
    let bytes = chunk;
    while (bytes.length > 0) {
      if (this.#rest > 0) {
        const passed = Math.min(this.#rest, bytes.length);
        this.#rest -= passed;
        bytes = bytes.subarray(passed);
        continue;
      }
      const missing = SIZE_BYTES + KEY_BYTES - this.#head.length;
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, missing)]);
      bytes = bytes.subarray(missing);
      if (this.#head.length < SIZE_BYTES + KEY_BYTES) continue;
      isSeen ||= this.#head.readInt16BE(SIZE_BYTES) === PRODUCE;
      this.#rest = this.#head.readInt32BE(0) - KEY_BYTES;
      this.#head = Buffer.alloc(0);
    }
    return isSeen;
  }
}

const COMMIT = Buffer.from('COMMIT\0');

/** PostgreSQL: the text of a simple query. Short enough never to be cut in two where it is sent alone. */
export class CommitWatch implements WriteWatch {
  sees(chunk: Buffer): boolean {
    return chunk.includes(COMMIT);
  }
}
