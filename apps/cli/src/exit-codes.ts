/** What `pitwall` ends with. */
export const EXIT = {
  ok: 0,
  /** It was carried out and the answer is no: a definition with errors, a topic that differs. */
  failed: 1,
  usage: 2,
  notFound: 3,
  /** Nobody answers at the address. */
  unreachable: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The way out of a command that cannot do what it was asked to: the message for a person, and the exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
