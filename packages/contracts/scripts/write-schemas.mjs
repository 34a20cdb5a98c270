// Writes schemas/ and docs/asyncapi.json anew from the compiled contracts: node packages/contracts/scripts/write-schemas.mjs
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiDocument, jsonSchemaOf, MESSAGES } from '../dist/index.js';

for (const contract of MESSAGES) {
  const file = join(import.meta.dirname, '../schemas', `${contract.name}.v${contract.version}.json`);
  writeFileSync(file, `${JSON.stringify(jsonSchemaOf(contract), null, 2)}\n`);
}

writeFileSync(
  join(import.meta.dirname, '../../../docs/asyncapi.json'),
  `${JSON.stringify(asyncApiDocument(), null, 2)}\n`,
);
