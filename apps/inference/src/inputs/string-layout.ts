import { type InputLayout, misfit } from './input-layout.js';

/** Texts. A missing one has no stand-in: the empty text is a category like any other. */
export const stringLayout: InputLayout = {
  type: 'string',
  builder: ({ name, type, columns }, capacity) => {
    const width = columns.length;
    const data: string[] = Array.from<string>({ length: capacity * width }).fill('');
    return {
      write: (row, features) => {
        let at = row * width;
        for (const column of columns) {
          const value = features[column];
          if (typeof value !== 'string') return misfit(column, value, 'a text');
          data[at] = value;
          at += 1;
        }
        return null;
      },
      build: (rows) => ({ name, type, width, data: data.slice(0, rows * width) }),
    };
  },
};
