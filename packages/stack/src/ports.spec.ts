import { DEFAULT_PORTS, PORT_NAMES, portFlag, portVariable, resolvePorts } from './ports.js';

describe('the table of ports', () => {
  it('gives every name a port of its own', () => {
    expect(new Set(Object.values(DEFAULT_PORTS)).size).toBe(PORT_NAMES.length);
  });

  it.each([
    ['kafka', '--kafka-port', 'PITWALL_KAFKA_PORT'],
    ['kafkaController', '--kafka-controller-port', 'PITWALL_KAFKA_CONTROLLER_PORT'],
  ] as const)('moves %s by %s and %s', (name, flag, variable) => {
    expect(portFlag(name)).toBe(flag);
    expect(portVariable(name)).toBe(variable);
  });

  it('keeps the defaults of what is not moved', async () => {
    await expect(resolvePorts({ kafka: 9092 })).resolves.toEqual({ ...DEFAULT_PORTS, kafka: 9092 });
    await expect(resolvePorts()).resolves.toEqual(DEFAULT_PORTS);
  });
});
