import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Labels and actions as they came, outcomes as they were published. None of these rows ever changes; only `waiting_labels`
 * loses rows, when the decision of a label comes.
 *
 * A label and its outcome have one id: it is made of the result, the source of the label and its revision.
 */
export class CreateFeedback1767226600000 implements MigrationInterface {
  readonly name = 'CreateFeedback1767226600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE labels (
        observed_at       timestamptz NOT NULL,
        received_at       timestamptz NOT NULL,
        revision          bigint NOT NULL CHECK (revision >= 0),
        origin_offset     bigint NOT NULL,
        origin_partition  integer NOT NULL,
        outcome_id        uuid NOT NULL,
        result_id         uuid NOT NULL,
        pipeline          text NOT NULL,
        source            text NOT NULL,
        event_id          text NOT NULL,
        label             text NOT NULL,
        label_source      text NOT NULL,
        trace_id          bytea NOT NULL,
        origin_topic      text NOT NULL,
        origin_digest     bytea NOT NULL,
        CONSTRAINT labels_pkey PRIMARY KEY (outcome_id)
      )`);
    await runner.query('CREATE INDEX labels_result_id_idx ON labels (result_id)');
    await runner.query(`
      CREATE TABLE outcomes (
        value              double precision NOT NULL,
        joined_at          timestamptz NOT NULL,
        correct            boolean NOT NULL,
        outcome_id         uuid NOT NULL,
        published_key      bytea NOT NULL,
        published_headers  json NOT NULL,
        published_value    bytea NOT NULL,
        CONSTRAINT outcomes_pkey PRIMARY KEY (outcome_id)
      )`);
    await runner.query(`
      CREATE TABLE waiting_labels (
        outcome_id  uuid NOT NULL,
        result_id   uuid NOT NULL,
        pipeline    text NOT NULL,
        since       timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT waiting_labels_pkey PRIMARY KEY (outcome_id)
      )`);
    await runner.query(`
      CREATE TABLE actions (
        at           timestamptz NOT NULL,
        received_at  timestamptz NOT NULL,
        action_id    uuid NOT NULL,
        result_id    uuid NOT NULL,
        pipeline     text NOT NULL,
        source       text NOT NULL,
        event_id     text NOT NULL,
        action       text NOT NULL,
        by           text,
        reason       text,
        trace_id     bytea NOT NULL,
        CONSTRAINT actions_pkey PRIMARY KEY (action_id)
      )`);
    await runner.query('CREATE INDEX actions_result_id_idx ON actions (result_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE actions, waiting_labels, outcomes, labels');
  }
}
