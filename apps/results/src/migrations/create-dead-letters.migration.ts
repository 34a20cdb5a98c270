import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Dead letters with their original bytes, and what people do about them. A row of `dead_letters` never changes; whether one is
 * open is a join with what happened since.
 *
 * `dead_letters` is cut by generations afterwards; the other tables are small, and lose their rows after it.
 */
export class CreateDeadLetters1767227800000 implements MigrationInterface {
  readonly name = 'CreateDeadLetters1767227800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEAD_LETTERS);
    await runner.query('CREATE INDEX dead_letters_dead_at_idx ON dead_letters (pipeline, dead_at, dead_letter_id)');
    await runner.query(
      'CREATE INDEX dead_letters_fingerprint_idx ON dead_letters (pipeline, fingerprint, dead_at, dead_letter_id)',
    );
    await runner.query(`
      CREATE INDEX dead_letters_origin_idx
      ON dead_letters (origin_appended_at, origin_topic, origin_partition, origin_offset, redrive_attempt)
      WHERE redrive_attempt > 0`);
    await runner.query(EDITS);
    await runner.query(DISCARDS);
    await runner.query(SETTLED_REDRIVES);
    await runner.query(REDRIVES);
    await runner.query('CREATE INDEX redrives_created_at_idx ON redrives (pipeline, created_at)');
    await runner.query(REDRIVEN_LETTERS);
    await runner.query(
      "CREATE INDEX redriven_letters_waiting_idx ON redriven_letters (redrive_id, position) WHERE state = 'waiting'",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE redriven_letters, redrives, settled_redrives, dead_letter_discards, dead_letter_edits, dead_letters',
    );
  }
}

/** `letter` is what the dead letter says of itself, as it came; `headers` are the original's, without that one. */
const DEAD_LETTERS = `
  CREATE TABLE dead_letters (
    origin_appended_at  timestamptz NOT NULL,
    dead_at             timestamptz NOT NULL,
    origin_offset       bigint NOT NULL,
    record_offset       bigint NOT NULL,
    origin_partition    integer NOT NULL,
    record_partition    integer NOT NULL,
    redrive_attempt     integer NOT NULL,
    born_closed         boolean NOT NULL,
    dead_letter_id      uuid NOT NULL,
    result_id           uuid,
    pipeline            text NOT NULL,
    stage               text NOT NULL,
    reason              text NOT NULL,
    place               text NOT NULL,
    fingerprint         text NOT NULL,
    message             text NOT NULL,
    trace_id            bytea,
    origin_topic        text NOT NULL,
    record_topic        text NOT NULL,
    letter              json NOT NULL,
    key                 bytea,
    value               bytea,
    headers             json NOT NULL,
    CONSTRAINT dead_letters_pkey PRIMARY KEY (dead_letter_id, origin_appended_at)
  )`;

const EDITS = `
  CREATE TABLE dead_letter_edits (
    edited_at       timestamptz NOT NULL DEFAULT now(),
    revision        integer NOT NULL CHECK (revision > 0),
    dead_letter_id  uuid NOT NULL,
    edited_by       text NOT NULL,
    why             text NOT NULL,
    value           bytea NOT NULL,
    CONSTRAINT dead_letter_edits_pkey PRIMARY KEY (dead_letter_id, revision)
  )`;

const DISCARDS = `
  CREATE TABLE dead_letter_discards (
    discarded_at    timestamptz NOT NULL DEFAULT now(),
    dead_letter_id  uuid NOT NULL,
    discarded_by    text NOT NULL,
    why             text NOT NULL,
    CONSTRAINT dead_letter_discards_pkey PRIMARY KEY (dead_letter_id)
  )`;

/** Raw records that have come to their end after a redrive, by attempt. */
const SETTLED_REDRIVES = `
  CREATE TABLE settled_redrives (
    origin_appended_at  timestamptz NOT NULL,
    settled_at          timestamptz NOT NULL DEFAULT now(),
    origin_offset       bigint NOT NULL,
    origin_partition    integer NOT NULL,
    attempt             integer NOT NULL,
    origin_topic        text NOT NULL,
    CONSTRAINT settled_redrives_pkey
      PRIMARY KEY (origin_appended_at, origin_topic, origin_partition, origin_offset, attempt)
  )`;

/** Whoever raises the epoch and holds the lease carries the redrive out. */
const REDRIVES = `
  CREATE TABLE redrives (
    created_at       timestamptz NOT NULL DEFAULT now(),
    finished_at      timestamptz,
    leased_until     timestamptz,
    epoch            bigint NOT NULL DEFAULT 0,
    rate_per_second  double precision NOT NULL,
    redrive_id       uuid NOT NULL,
    pipeline         text NOT NULL,
    state            text NOT NULL,
    created_by       text NOT NULL,
    why              text NOT NULL,
    plan             json NOT NULL,
    last_error       text,
    CONSTRAINT redrives_pkey PRIMARY KEY (redrive_id),
    CONSTRAINT redrives_state_check CHECK (state IN ('running', 'paused', 'cancelling', 'cancelled', 'done'))
  )`;

/** One row for each time that a dead letter may be redriven: what makes a redrive take effect once. */
const REDRIVEN_LETTERS = `
  CREATE TABLE redriven_letters (
    origin_appended_at  timestamptz NOT NULL,
    sent_at             timestamptz,
    position            bigint NOT NULL,
    attempt             integer NOT NULL,
    bytes               integer NOT NULL,
    sends               integer NOT NULL DEFAULT 0,
    edit_revision       integer,
    dead_letter_id      uuid NOT NULL,
    redrive_id          uuid NOT NULL,
    state               text NOT NULL DEFAULT 'waiting',
    CONSTRAINT redriven_letters_pkey PRIMARY KEY (dead_letter_id, attempt, origin_appended_at),
    CONSTRAINT redriven_letters_position_key UNIQUE (redrive_id, position),
    CONSTRAINT redriven_letters_state_check CHECK (state IN ('waiting', 'sent', 'skipped')),
    CONSTRAINT redriven_letters_sent_check CHECK ((state = 'sent') = (sent_at IS NOT NULL))
  )`;
