/** What `pitwall` ends with. */
export const EXIT = {
  ok: 0,
  /** It was carried out and the answer is no: a definition with errors, a topic that differs. */
  failed: 1,
  /** Wrong arguments. */
  usage: 2,
  notFound: 3,
  /** Nobody answers at the address. */
  unreachable: 5,
  /** The end was asked for before the work was done; what a shell reports of Ctrl-C. */
  interrupted: 130,
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
