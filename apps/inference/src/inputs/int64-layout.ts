import { type InputLayout, misfit } from './input-layout.js';

/** Whole numbers. There is none that means missing. */
export const int64Layout: InputLayout = {
  type: 'int64',
  builder: ({ name, type, columns }, capacity) => {
    const width = columns.length;
    const data = new BigInt64Array(capacity * width);
    return {
      write: (row, features) => {
        let at = row * width;
        for (const column of columns) {
          const value = features[column];
          if (typeof value !== 'number' || !Number.isSafeInteger(value)) return misfit(column, value, 'a whole number');
          data[at] = BigInt(value);
          at += 1;
        }
        return null;
      },
      build: (rows) => ({ name, type, width, data: data.subarray(0, rows * width) }),
    };
  },
};
