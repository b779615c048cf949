import t from 'tap'
import { mountType, remoteDisk } from '../../src/store/remote-disk.ts'

const mounts = [
  '22 1 8:1 / / rw - ext4 /dev/sda1 rw',
  '30 22 0:40 / /home/ann/far\\040away rw - fuse.sshfs ann@host:/ rw',
  '31 22 0:41 / /media/disk rw - fuseblk /dev/sdb1 rw',
  '32 31 0:42 / /media/disk rw - fuse.rclone x rw',
].join('\n')

t.test('the type of a file system is that of the mount that covers the path', async t => {
  t.equal(mountType(mounts, '/home/ann/state'), 'ext4')
  t.equal(mountType(mounts, '/home/ann/far away/state'), 'fuse.sshfs')
  t.equal(mountType(mounts, '/home/ann/far away'), 'fuse.sshfs')
  t.equal(mountType(mounts, '/home/ann/far awayish'), 'ext4')
  t.equal(mountType(mounts, '/media/disk/x'), 'fuse.rclone', 'a later mount covers an earlier one')
})

t.test('network file systems are named, local ones are not', async t => {
  const linux = (magic: number, path = '/x') =>
    remoteDisk(
      path,
      'linux',
      () => magic,
      () => mounts,
    )
  t.equal(linux(0x6969), 'NFS')
  t.equal(linux(0xff534d42), 'CIFS')
  t.equal(linux(0xff534d42 | 0), 'CIFS', 'also as a signed number')
  t.equal(linux(0xfe534d42), 'SMB')
  t.equal(linux(0xef53), undefined, 'ext4')
  t.equal(linux(0x01021994), undefined, 'tmpfs')
  t.equal(linux(0x65735546, '/home/ann/far away/state'), 'FUSE (fuse.sshfs)')
  t.equal(
    remoteDisk(
      '/media/disk/x',
      'linux',
      () => 0x65735546,
      () => mounts.split('\n').slice(0, 3).join('\n'),
    ),
    undefined,
  )
})

t.test('on Windows a network share is recognised by its path', async t => {
  const windows = (path: string) => remoteDisk(path, 'win32', () => 0)
  t.equal(windows('\\\\server\\share\\x'), 'a network share')
  t.equal(windows('\\\\?\\UNC\\server\\share'), 'a network share')
  t.equal(windows('\\\\?\\C:\\Users\\ann'), undefined)
  t.equal(windows('C:\\Users\\ann'), undefined)
})
