import { z } from 'zod';
import type { MessageContract } from './messages/index.js';

/**
 * The JSON Schema (2020-12) of a message, for clients in other languages; kept under `packages/contracts/schemas/`. Fields that it
 * does not name are allowed: a reader must let those of later versions be.
 */
export function jsonSchemaOf(contract: MessageContract): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(contract.schema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: `urn:pitwall:${contract.name}:v${contract.version}`,
    title: `Pitwall ${contract.name}`,
    ...schema,
  };
}
