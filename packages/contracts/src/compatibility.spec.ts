import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MESSAGES } from './messages/index.js';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const RELEASED = join(FIXTURES, 'released');

function read(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

/** A message and where it comes from. */
function messagesIn(folder: string): [string, object][] {
  return readdirSync(folder).map((file) => [file, read(join(folder, file))]);
}

/** During a rolling upgrade both versions read what the other has written. */
describe.each(readdirSync(join(RELEASED, 'messages')))('the message %s', (name) => {
  const today = MESSAGES.find((message) => message.name === name);
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const released = ajv.compile(read(join(RELEASED, 'schemas', `${name}.v1.json`)));

  it.each(messagesIn(join(RELEASED, 'messages', name)))(
    'of the released version (%s) is read by today',
    (_file, message) => {
      expect(today?.schema.safeParse(message)).toMatchObject({ success: true });
    },
  );

  it.each(messagesIn(join(FIXTURES, 'messages', name, 'valid')))(
    'of today (%s) is read by the released version',
    (_file, message) => {
      released(message);
      expect(released.errors ?? []).toEqual([]);
    },
  );

  it('with a field that is not known yet is read by the released version', () => {
    const [[, message] = ['', {}]] = messagesIn(join(RELEASED, 'messages', name));
    expect(released({ ...message, addedLater: true })).toBe(true);
  });
});
