import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../test/house/source-files.ts'

/** A copy of the tree, and a folder for the files that its tests write. */
export interface TreeCopy extends Disposable {
  readonly folder: string
  readonly tmp: string
  /** Ends the processes that tests started in the copy and left running. */
  sweep(): void
}

/** Copies all files that git does not ignore. Mutants are only written to the copy, so a crash leaves the tree unchanged. */
export const copyTree = (): TreeCopy => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-mutation-'))
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of String(listed).split('\0'))
    if (path !== '' && existsSync(join(root, path))) cpSync(join(root, path), join(folder, path))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const tmp = join(folder, 'tmp')
  mkdirSync(tmp)

  // A background sandbox leaves the process group of the test. Without /proc, it ends when it is idle.
  const sweep = (): void => {
    if (!existsSync('/proc/self/cmdline')) return
    for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid))
      try {
        if (readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder)) process.kill(Number(name), 'SIGKILL')
      } catch {
        // It has already ended, or belongs to another user.
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
