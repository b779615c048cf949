import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../test/house/source-files.ts'

/** A copy of the tree, and the folder for what its tests write. */
export interface TreeCopy extends Disposable {
  readonly folder: string
  readonly tmp: string
  /** Ends what the tests started in the copy and left running. */
  sweep(): void
}

/** Copies what git knows, or would know, of the tree as it is now. A mutant never stands in the tree itself, however this ends. */
export const copyTree = (): TreeCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-mutation-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of String(listed).split('\0'))
    if (path !== '' && existsSync(join(root, path))) cpSync(join(root, path), join(folder, path))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const tmp = join(folder, 'tmp')
  mkdirSync(tmp)

  // A sandbox in the background leaves the process group of the test. Where there is no /proc, it ends when it is idle.
  const sweep = (): void => {
    if (!existsSync('/proc/self/cmdline')) return
    for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid))
      try {
        if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder)) process.kill(Number(name), 'SIGKILL')
      } catch {
        // It has ended meanwhile, or belongs to somebody else.
      }
  }
  return {
    folder,
    tmp,
    sweep,
    [Symbol.dispose]() {
      sweep()
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
