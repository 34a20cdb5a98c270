import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The table of {@link PartitionClaims}. Listed among the migrations of each service that claims partitions. */
export class CreatePartitionProgress1767225600000 implements MigrationInterface {
  // TypeORM would take it from the class; stated, so that a minifier or a rename cannot run it twice.
  readonly name = 'CreatePartitionProgress1767225600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE partition_progress (
        consumer_group text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL CHECK (partition >= 0),
        epoch bigint NOT NULL CHECK (epoch > 0),
        next_offset bigint NOT NULL CHECK (next_offset >= 0),
        claimed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer_group, topic, partition)
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE partition_progress');
  }
}
