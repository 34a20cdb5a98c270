/** Health check of a service's container: exits 0 if the service says that it is ready. */
try {
  const { ok } = await fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/readyz`);
  process.exitCode = ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
