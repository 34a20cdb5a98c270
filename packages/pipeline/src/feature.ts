/** A value that a model or a monitor sees, taken from one field of the cleaned event. */
export interface Feature {
  readonly name: string;
  readonly type: 'string' | 'number';
  /** May be missing (null) in the features message. */
  readonly nullable: boolean;
  /** The top-level field of the event that it is read from. */
  readonly field: string;
}
