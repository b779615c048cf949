import t from 'tap'
import { isMountedSecret, mountIn, type Mount } from '../../src/tenants/secret-mount.ts'

/** As Kubernetes, Docker Swarm and Docker Compose mount secrets, and as other file systems are mounted. */
const mountinfo = `22 1 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a
101 22 0:44 / /etc/entrapipe ro,relatime - tmpfs tmpfs rw,size=1024k
102 22 0:45 / /run/secrets/app ro,relatime - tmpfs tmpfs rw
103 22 8:1 /home/ann/app.pem /run/secrets/app\\040key.pem ro,relatime - ext4 /dev/sda1 rw
104 22 8:1 /store /nix/store ro,relatime shared:7 - ext4 /dev/sda1 rw
105 22 0:46 / /mnt/old rw,relatime - tmpfs tmpfs ro
106 22 0:47 / /dev/shm rw,nosuid - tmpfs tmpfs rw
`
const at = (id: string, path: string): Mount => mountIn(mountinfo, id, path)!

t.test("the mount of a file is parsed from the system's format", async t => {
  t.strictSame(at('101', '/etc/entrapipe/secret'), { isReadOnly: true, type: 'tmpfs', isFileAlone: false })
  t.strictSame(at('103', '/run/secrets/app key.pem'), { isReadOnly: true, type: 'ext4', isFileAlone: true })
  t.strictSame(at('104', '/nix/store/x'), { isReadOnly: true, type: 'ext4', isFileAlone: false })
  t.strictSame(at('105', '/mnt/old/x'), { isReadOnly: true, type: 'tmpfs', isFileAlone: false })
  t.strictSame(at('106', '/dev/shm/x'), { isReadOnly: false, type: 'tmpfs', isFileAlone: false })
  t.equal(mountIn(mountinfo, '999', '/x'), undefined)
})

t.test('a secret mounted by an orchestrator is accepted, even if others in the container can read it', async t => {
  const kubernetes = at('101', '/etc/entrapipe/secret')
  const compose = at('103', '/run/secrets/app key.pem')
  for (const mode of [0o440, 0o444, 0o644, 0o640]) {
    t.ok(isMountedSecret({ mode, uid: 0, mount: kubernetes }, 1000))
    t.ok(isMountedSecret({ mode, uid: 1000, mount: compose }, 1000))
  }
})

t.test('another owner, a file that others can write, a disk and a writable mount are refused', async t => {
  const mode = 0o644
  const kubernetes = at('101', '/etc/entrapipe/secret')
  for (const [why, file] of [
    ['of another user', { mode, uid: 7, mount: kubernetes }],
    ['its group may write', { mode: 0o660, uid: 0, mount: kubernetes }],
    ['others may write', { mode: 0o646, uid: 0, mount: kubernetes }],
    ['a store for all users', { mode, uid: 0, mount: at('104', '/nix/store/x') }],
    ['memory that anybody writes', { mode, uid: 0, mount: at('106', '/dev/shm/x') }],
    ['no mount is known', { mode, uid: 0, mount: undefined }],
  ] as const)
    t.notOk(isMountedSecret(file, 1000), why)
})
