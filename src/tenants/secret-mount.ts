import { readFile } from 'node:fs/promises'

/** What a file's mode, owner and mount say of who can read it. */
interface SecretFile {
  readonly mode: number
  readonly uid: number
  readonly mount: Mount | undefined
}

/** The mount in which a file lies. */
export interface Mount {
  readonly isReadOnly: boolean
  /** `tmpfs`, `ext4` … */
  readonly type: string
  /** Whether the file itself is what is mounted. */
  readonly isFileAlone: boolean
}

/** File systems in memory, which orchestrators make for secrets. */
const inMemory: ReadonlySet<string> = new Set(['tmpfs', 'ramfs'])

/**
 * Whether an orchestrator mounted it: read-only, so that nobody here can change its mode, and for secrets alone (in memory, or
 * just this file). The container then keeps others out, not the mode. A file that others can write, or that belongs to another
 * user, is not taken for one.
 */
export const isMountedSecret = ({ mode, uid, mount }: SecretFile, self: number | undefined): boolean =>
  mount !== undefined &&
  mount.isReadOnly &&
  (inMemory.has(mount.type) || mount.isFileAlone) &&
  (mode & 0o022) === 0 &&
  (uid === 0 || uid === self)

/** The mount of an open file. Undefined where the system does not tell: only Linux does. */
export const mountOf = async (fd: number, path: string): Promise<Mount | undefined> => {
  try {
    const id = /^mnt_id:\s*(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
    return id === undefined ? undefined : mountIn(await readFile('/proc/self/mountinfo', 'utf8'), id, path)
  } catch {
    // Without /proc nothing is known of the mount, and the mode decides.
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

/** Blanks and a few others are written as `\040`. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
