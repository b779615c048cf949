import { readFileSync } from 'node:fs'

/** `f_type` of statfs(2) on Linux, for file systems that other machines write to, or that lack reliable locks. */
const remote: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x517b: 'SMB',
  0x564c: 'NCP',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x73757245: 'Coda',
  0x01021997: '9P (a Windows disk inside WSL, or a folder of the host)',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x01161970: 'GFS2',
  0x7461636f: 'OCFS2',
  0x19830326: 'BeeGFS',
  0xaad7aaea: 'PanFS',
  0x786f4256: 'a VirtualBox shared folder',
  0xbacbacbc: 'a VMware shared folder',
  0x7c7c6673: 'a Parallels shared folder',
}
const fuse = 0x65735546

/** FUSE file systems that are local disks. */
const localFuse = new Set([
  'fuseblk',
  'fuse.fuse-overlayfs',
  'fuse.ntfs-3g',
  'fuse.ext2',
  'fuse.exfat',
  'fuse.zfs-fuse',
])

const unescaped = (field: string) =>
  field.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)))

/** Returns the type of the file system of `path`, from the text of `/proc/self/mountinfo` (proc(5)). */
export const mountType = (mountinfo: string, path: string): string | undefined => {
  let best = ''
  let type: string | undefined
  for (const line of mountinfo.split('\n')) {
    const [before, after] = line.split(' - ')
    const point = unescaped(before?.split(' ')[4] ?? '')
    if (!after || !point || !`${path}/`.startsWith(point === '/' ? '/' : `${point}/`)) continue
    // A later mount on the same point covers the earlier one.
    if (point.length >= best.length) [best, type] = [point, after.split(' ')[0]]
  }
  return type
}

/**
 * Returns the name of the file system of `path` if its locks are not reliable; undefined for a local disk. Linux reports it by
 * statfs, Windows by a UNC path. macOS requires a native call, so nothing is refused there.
 */
export const remoteDisk = (
  path: string,
  platform: NodeJS.Platform,
  type: () => number,
  mounts = () => readFileSync('/proc/self/mountinfo', 'utf8'),
): string | undefined => {
  if (platform === 'win32') return /^[\\/]{2}(?![?.][\\/](?!UNC))/i.test(path) ? 'a network share' : undefined
  if (platform !== 'linux') return undefined
  const magic = type() >>> 0
  if (magic !== fuse) return remote[magic]
  const name = mountType(mounts(), path)
  return name && localFuse.has(name) ? undefined : `FUSE (${name ?? 'of unknown kind'})`
}
