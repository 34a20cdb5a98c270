/** What is known of one top-level field at one point of an event's way. */
export interface FieldState {
  /** JSON types that it can hold beside null; undefined: any. */
  readonly types: ReadonlySet<string> | undefined;
  /** Present and not null in every event that came so far. */
  readonly isAlwaysThere: boolean;
}

const ANYTHING: FieldState = Object.freeze({ types: undefined, isAlwaysThere: false });
/** What is said of a field by who cannot know: nothing that a check could find fault with. */
const BEYOND_DOUBT: FieldState = Object.freeze({ types: undefined, isAlwaysThere: true });

/** The top-level fields of an event: first as its schema has them, then as each cleaning rule leaves them. Immutable. */
export class EventFields {
  constructor(private readonly states: ReadonlyMap<string, FieldState>) {}

  get names(): readonly string[] {
    return [...this.states.keys()];
  }

  has(field: string): boolean {
    return this.states.has(field);
  }

  /** What is known of a field; of one that is not known, that it can be anything. */
  stateOf(field: string): FieldState {
    return this.states.get(field) ?? ANYTHING;
  }

  /** The field can hold a value of this JSON type. True where nothing is known. */
  allows(field: string, type: 'string' | 'number'): boolean {
    const { types } = this.stateOf(field);
    return types === undefined || types.has(type);
  }

  /** Present and not null in every event that came so far. */
  isAlwaysThere(field: string): boolean {
    return this.stateOf(field).isAlwaysThere;
  }

  /** The fields after these have changed or come in addition. */
  with(changes: Iterable<readonly [string, FieldState]>): EventFields {
    return new EventFields(new Map([...this.states, ...changes]));
  }

  /** The fields after these can be missing, whatever they were. */
  withMissing(fields: readonly string[]): EventFields {
    return this.with(fields.map((field) => [field, { ...this.stateOf(field), isAlwaysThere: false }]));
  }

  /** The fields after something unreadable that names `names`: anything may have happened to all of them. */
  afterUnreadable(names: Iterable<string>): EventFields {
    return new EventFields(new Map([...this.names, ...names].map((name) => [name, BEYOND_DOUBT])));
  }
}
