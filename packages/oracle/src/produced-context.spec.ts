import { producedContext } from './produced-context.js';

describe('the context that a producer sent', () => {
  const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

  it('is read from traceparent', () => {
    expect(producedContext(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, isSampled: true });
    expect(producedContext(`00-${trace}-${span}-00`)).toMatchObject({ isSampled: false });
  });

  it.each([null, '', `00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`, `00-${trace}-01`])(
    'is none in %s',
    (text) => {
      expect(producedContext(text)).toBeNull();
    },
  );
});
