import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What starts the program. */
export const launcher = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))

/** Starts the program in a folder, as a person would, with a store in it, and waits for its end. */
export const started = async (folder: string, ...argv: readonly string[]) => {
  const child = spawn(process.execPath, [launcher, ...argv], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', ENTRAPIPE_STORE: join(folder, 'store') },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => (stdout += String(chunk)))
  child.stderr.on('data', chunk => (stderr += String(chunk)))
  const [status] = (await once(child, 'close')) as [number]
  return { pid: child.pid!, status, stdout, stderr }
}
