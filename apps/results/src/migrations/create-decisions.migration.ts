import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The table of decisions. Eight-byte columns come first, so that no row loses bytes to alignment.
 *
 * Only what is asked for by name is a column; all else that was said of a decision stands in `prediction` (what the models
 * saw and answered, as it came) and in the published bytes (what consumers were told, as it went out). Those never change:
 * every copy of a result on the topic is made from them.
 */
export class CreateDecisions1767226000000 implements MigrationInterface {
  readonly name = 'CreateDecisions1767226000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decisions (
        event_at            timestamptz NOT NULL,
        decided_at          timestamptz NOT NULL,
        origin_appended_at  timestamptz NOT NULL,
        origin_offset       bigint NOT NULL,
        score               double precision,
        expected_value      double precision,
        origin_partition    integer NOT NULL,
        late                boolean NOT NULL,
        result_id           uuid NOT NULL,
        pipeline            text NOT NULL,
        source              text NOT NULL,
        event_id            text NOT NULL,
        entity              text NOT NULL,
        decision            text NOT NULL,
        model               text,
        model_version       text,
        trace_id            bytea NOT NULL,
        origin_topic        text NOT NULL,
        origin_digest       bytea NOT NULL,
        prediction          json NOT NULL,
        published_key       bytea NOT NULL,
        published_headers   json NOT NULL,
        published_value     bytea NOT NULL,
        CONSTRAINT decisions_pkey PRIMARY KEY (result_id),
        CONSTRAINT decisions_score_check CHECK (score BETWEEN 0 AND 1),
        CONSTRAINT decisions_model_check CHECK ((score IS NULL) = (model IS NULL) AND (model IS NULL) = (model_version IS NULL))
      )`);
    await runner.query('CREATE INDEX decisions_event_id_idx ON decisions (pipeline, event_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE decisions');
  }
}
