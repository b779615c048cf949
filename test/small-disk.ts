import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** Why a test with a disk of its own is skipped where none can be made. */
export const onlyRoot = 'only root on Linux can mount a small disk'

/** Mounts a file system with room for so much at a folder. Returns what unmounts it; undefined where none can be made. */
export const smallDisk = (folder: string, kib: number): (() => void) | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  mkdirSync(folder, { recursive: true })
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=700`, 'tmpfs', folder])
  return status === 0 ? () => void spawnSync('umount', [folder]) : undefined
}
