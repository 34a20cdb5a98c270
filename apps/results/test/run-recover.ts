import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RecoveryReport, recoveryReportSchema } from '@pitwall/contracts';

const MAIN = fileURLToPath(new URL('../dist/recover/main.js', import.meta.url));

/** Runs the built program to its end. Rejects where it gives no report. */
export async function runRecover(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<{ readonly exitCode: number; readonly report: RecoveryReport }> {
  const { exitCode, stdout, stderr } = await runProgram(environment, [...args, '--json']);
  if (stdout === '') throw new Error(`recover ended with ${exitCode} and no report: ${stderr}`);
  return { exitCode, report: recoveryReportSchema.parse(JSON.parse(stdout)) };
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program to its end, whatever that is. */
export function runProgram(environment: Readonly<Record<string, string>>, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment };
    const child = execFile(process.execPath, [MAIN, ...args], { env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}
