import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../test/house/source-files.ts'
import type { TreeCopy } from './tree-copy.ts'

type Verdict = 'passed' | 'failed' | 'timed out'

const nodeArguments = [...readFileSync(join(root, '.taprc'), 'utf8').matchAll(/^ {2}- (--.*)$/gm)].map(
  ([, argument]) => argument!,
)

/** Runs a test file in a copy of the tree, up to its first failure. All processes of its group are ended with it. */
export const runTest = async (
  copy: TreeCopy,
  test: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ readonly verdict: Verdict; readonly ms: number }> => {
  const began = performance.now()
  const child = spawn(process.execPath, [...nodeArguments, '--max-old-space-size=2048', test], {
    cwd: copy.folder,
    stdio: 'ignore',
    detached: true,
    // Only the caller's time limit counts. On a busy machine, tap's own limit could end a test that passes.
    env: { ...process.env, TAP_BAIL: '1', TAP_TIMEOUT: '3600', TMPDIR: copy.tmp },
  })
  const end = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // The whole group has already ended.
    }
  }
  let verdict: Verdict = 'passed'
  const timer = setTimeout(() => {
    verdict = 'timed out'
    end()
  }, timeoutMs)
  signal.addEventListener('abort', end)
  try {
    const [status] = (await once(child, 'exit')) as [number | null]
    if (status !== 0 && verdict === 'passed') verdict = 'failed'
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    end()
    copy.sweep()
  }
  signal.throwIfAborted()
  return { verdict, ms: performance.now() - began }
}
