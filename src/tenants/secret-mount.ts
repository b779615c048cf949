import { readFile } from 'node:fs/promises'

/** Mode, owner and mount of a secret file. */
interface SecretFile {
  readonly mode: number
  readonly uid: number
  readonly mount: Mount | undefined
}

/** The mount of a file. */
export interface Mount {
  readonly isReadOnly: boolean
  /** `tmpfs`, `ext4` … */
  readonly type: string
  /** Whether only the file itself is mounted. */
  readonly isFileAlone: boolean
}

/** In-memory file systems, which orchestrators use for secrets. */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs'])

/**
 * Whether an orchestrator mounted the file: read-only, so that its mode cannot be changed, and only for secrets (in memory,
 * or only this file). Access is then controlled by the container, not by the mode. A file that others can write, or that
 * belongs to another user, does not count.
 */
export const isMountedSecret = ({ mode, uid, mount }: SecretFile, self: number | undefined): boolean =>
  mount !== undefined &&
  mount.isReadOnly &&
  (inMemory.has(mount.type) || mount.isFileAlone) &&
  (mode & 0o022) === 0 &&
  (uid === 0 || uid === self)

/** The mount of an open file. Undefined except on Linux. */
export const mountOf = async (fd: number, path: string): Promise<Mount | undefined> => {
  try {
    const id = /^mnt_id:\s*(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
    return id === undefined ? undefined : mountIn(await readFile('/proc/self/mountinfo', 'utf8'), id, path)
  } catch {
    // Without /proc the mount is unknown, and the mode decides.
    return undefined
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
export const mountIn = (mountinfo: string, id: string, path: string): Mount | undefined => {
  const fields = mountinfo
    .split('\n')
    .map(line => line.split(' '))
    .find(([one]) => one === id)
  if (!fields) return undefined
  const [, , , , point = '', options = ''] = fields
  const [type = '', , superOptions = ''] = fields.slice(fields.indexOf('-') + 1)
  return {
    isReadOnly: [options, superOptions].some(all => all.split(',').includes('ro')),
    type,
    isFileAlone: unescaped(point) === path,
  }
}

/** Blanks and some other characters are escaped as `\040`. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
