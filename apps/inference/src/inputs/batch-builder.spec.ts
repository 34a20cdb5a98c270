import fc from 'fast-check';
import { BatchBuilder, rowOf } from './batch-builder.js';
import { INPUT_LAYOUTS } from './input-layouts.js';

const INPUTS = [
  { name: 'cat', type: 'string', columns: ['carrier', 'origin'] },
  { name: 'num', type: 'float32', columns: ['seats', 'temp'] },
  { name: 'hour', type: 'int64', columns: ['hour'] },
] as const;

const aFlight = { carrier: 'DL', origin: 'EWR', seats: 145, temp: 78.98, hour: 11, notRead: 'x' };

describe('BatchBuilder', () => {
  it('lays the features of each event out row after row, in the order of the columns', () => {
    const builder = new BatchBuilder(INPUTS, 4);
    builder.add(aFlight);
    builder.add({ ...aFlight, carrier: 'UA', seats: 200, hour: -3 });
    expect(builder.build()).toEqual({
      rows: 2,
      tensors: [
        { name: 'cat', type: 'string', width: 2, data: ['DL', 'EWR', 'UA', 'EWR'] },
        { name: 'num', type: 'float32', width: 2, data: Float32Array.of(145, 78.98, 200, 78.98) },
        { name: 'hour', type: 'int64', width: 1, data: BigInt64Array.of(11n, -3n) },
      ],
    });
  });

  it('gives the model NaN for a missing number', () => {
    const builder = new BatchBuilder(INPUTS, 1);
    expect(builder.add({ ...aFlight, temp: null })).toBeNull();
    expect(builder.build().tensors[1]?.data).toEqual(Float32Array.of(145, Number.NaN));
  });

  it.each([
    [{ carrier: null }, 'carrier', 'The feature carrier is null, the model takes a text.'],
    [{ origin: 7 }, 'origin', 'The feature origin is 7, the model takes a text.'],
    [{ seats: '145' }, 'seats', 'The feature seats is "145", the model takes a number or null.'],
    [{ hour: null }, 'hour', 'The feature hour is null, the model takes a whole number.'],
    [{ hour: 1.5 }, 'hour', 'The feature hour is 1.5, the model takes a whole number.'],
    [{ hour: 2 ** 53 }, 'hour', 'The feature hour is 9007199254740992, the model takes a whole number.'],
  ])('refuses %j and names the feature', (change, feature, message) => {
    expect(new BatchBuilder(INPUTS, 1).add({ ...aFlight, ...change })).toEqual({
      pointer: `/features/${feature}`,
      message,
    });
  });

  it('refuses an event that lacks a feature', () => {
    const { temp: _, ...lacking } = aFlight;
    expect(new BatchBuilder(INPUTS, 1).add(lacking)).toEqual({
      pointer: '/features/temp',
      message: 'The feature temp is not in the message, the model takes a number or null.',
    });
  });

  it('leaves no trace of a refused row in its neighbours', () => {
    const builder = new BatchBuilder(INPUTS, 4);
    builder.add(aFlight);
    builder.add({ ...aFlight, carrier: 'XX', seats: 999, hour: null });
    builder.add({ ...aFlight, carrier: 'UA' });
    const clean = new BatchBuilder(INPUTS, 4);
    clean.add(aFlight);
    clean.add({ ...aFlight, carrier: 'UA' });
    expect(builder.build()).toEqual(clean.build());
  });

  it('cuts a row out of a batch as if it had been built alone', () => {
    const flight = fc.record({
      carrier: fc.string(),
      origin: fc.string(),
      seats: fc.option(fc.float()),
      temp: fc.option(fc.double()),
      hour: fc.maxSafeInteger(),
    });
    fc.assert(
      fc.property(fc.array(flight), flight, fc.array(flight), (before, picked, after) => {
        const rows = [...before, picked, ...after];
        const all = new BatchBuilder(INPUTS, rows.length);
        for (const row of rows) all.add(row);
        const alone = new BatchBuilder(INPUTS, 1);
        alone.add(picked);
        expect(rowOf(all.build(), before.length)).toEqual(alone.build());
      }),
    );
  });
});

describe.each(INPUT_LAYOUTS)('the layout $type', (layout) => {
  it('makes tensors of its own type and width', () => {
    const tensor = layout.builder({ name: 'x', type: layout.type, columns: ['a', 'b', 'c'] }, 5).build(2);
    expect(tensor).toMatchObject({ name: 'x', type: layout.type, width: 3 });
    expect(tensor.data).toHaveLength(6);
  });
});
