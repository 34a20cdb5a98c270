import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CLEANING_RULES } from './cleaning/index.js';
import { manifestSchema } from './files/manifest.schema.js';
import { pipelineFileSchema } from './files/pipeline-file.schema.js';

const reference = readFileSync(join(import.meta.dirname, '../../../docs/pipeline-definition.md'), 'utf8');

/** The text from a heading to the next one of its rank. */
function section(heading: string): string {
  const [, rest = ''] = reference.split(`\n${heading}\n`);
  const rank = heading.split(' ')[0] ?? '';
  return rest.split(`\n${rank} `)[0] ?? '';
}

const keysIn = (text: string): string[] =>
  [...text.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, key = '']) => key),
  );

describe('docs/pipeline-definition.md', () => {
  it('tells of every cleaning rule, in the order of the list, and of no other', () => {
    const told = [...section('## `cleaning`').matchAll(/^### `(.*)`$/gm)].map(([, name]) => name);
    expect(told).toEqual(CLEANING_RULES.map(({ name }) => name));
  });

  it.each(CLEANING_RULES)('says of $name what the code says', ({ name, summary }) => {
    expect(section(`### \`${name}\``).trim().split('\n')[0]).toBe(summary);
  });

  it.each(CLEANING_RULES)('tells of every key of $name, and of no other', ({ name, schema }) => {
    expect(schema).toBeInstanceOf(z.ZodObject);
    const { rule: _rule, ...keys } = (schema as unknown as z.ZodObject).shape;
    const own = section(`### \`${name}\``).split('\n## ')[0] ?? '';
    expect(keysIn(own).toSorted()).toEqual(Object.keys(keys).toSorted());
  });

  const { event, features, model, decision, feedback, monitoring } = pipelineFileSchema.shape;
  it.each([
    { heading: '## `event`', shape: event.shape },
    { heading: '## `features`', shape: features.element.shape },
    { heading: '## `model`', shape: model.shape },
    { heading: '## `decision`', shape: decision.shape },
    { heading: '## `feedback`', shape: feedback.shape },
    { heading: '## `monitoring`', shape: monitoring.shape },
    { heading: "## A model's manifest", shape: manifestSchema.shape },
  ])('tells of every key under "$heading", and of no other', ({ heading, shape }) => {
    expect(keysIn(section(heading)).toSorted()).toEqual(Object.keys(shape).toSorted());
  });

  it('has a section for every part of pipeline.yaml', () => {
    const parts = Object.keys(pipelineFileSchema.shape);
    const told: string[] = [
      ...keysIn(section('## The whole')),
      ...[...reference.matchAll(/^## `(\w+)`$/gm)].map(([, name = '']) => name),
    ];
    expect(told.toSorted()).toEqual(parts.toSorted());
  });
});
