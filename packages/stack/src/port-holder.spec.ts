import { parseListeningInodes, parseLsof } from './port-holder.js';

const PROC_NET_TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:4A94 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 26012 1 0000000000000000 100 0 0 10 0
   1: 0100007F:4A94 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 26013 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000000000000000 100 0 0 10 0
`;

describe('parseListeningInodes', () => {
  it('finds the listening socket of a port and not its connections', () => {
    expect(parseListeningInodes(PROC_NET_TCP, 0x4a94)).toEqual(['26012']);
  });

  it('pads low ports to four digits', () => {
    expect(parseListeningInodes(PROC_NET_TCP, 22)).toEqual(['11111']);
  });

  it.each([
    ['nobody listens', PROC_NET_TCP],
    ['there is no table', ''],
  ])('finds none when %s', (_, table) => {
    expect(parseListeningInodes(table, 80)).toEqual([]);
  });
});

describe('parseLsof', () => {
  it('reads the first process', () => {
    expect(parseLsof('p4711\ncnode\nf21\np4712\ncjava\n')).toEqual({ pid: 4711, command: 'node' });
  });

  it.each(['', 'cnode\n', 'pnone\n'])('gives null for %j', (output) => {
    expect(parseLsof(output)).toBeNull();
  });
});
