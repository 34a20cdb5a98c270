import { type InputLayout, misfit } from './input-layout.js';

/** Numbers; a missing one is NaN, which is what models that know missing values take for it. */
export const float32Layout: InputLayout = {
  type: 'float32',
  builder: ({ name, type, columns }, capacity) => {
    const width = columns.length;
    const data = new Float32Array(capacity * width);
    return {
      write: (row, features) => {
        let at = row * width;
        for (const column of columns) {
          const value = features[column];
          if (typeof value === 'number') data[at] = value;
          else if (value === null) data[at] = Number.NaN;
          else return misfit(column, value, 'a number or null');
          at += 1;
        }
        return null;
      },
      build: (rows) => ({ name, type, width, data: data.subarray(0, rows * width) }),
    };
  },
};
