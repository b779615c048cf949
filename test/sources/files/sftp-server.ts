import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import ssh2 from 'ssh2'
import type { Test } from 'tap'

const { Server, utils } = ssh2
const { STATUS_CODE } = utils.sftp

interface Kept {
  bytes: Buffer
  /** Seconds since 1970. */
  time: number
}

const attrs = ({ bytes, time }: Kept) => ({
  mode: 0o100644,
  uid: 0,
  gid: 0,
  size: bytes.length,
  atime: time,
  mtime: time,
})

/** A pair of keys as OpenSSH writes them. */
export const keyPair = () => utils.generateKeyPairSync('ed25519')

const host = keyPair().private
const parsed = utils.parseKey(host)
if (parsed instanceof Error) throw parsed
const hostKey = `SHA256:${createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '')}`

/**
 * An SFTP server on loopback with one folder, `/out`.
 *
 * @param signsIn the public key or the password that it accepts
 */
export const sftpServer = async (t: Test, signsIn: { readonly publicKey?: string; readonly password?: string }) => {
  const files = new Map<string, Kept>()
  const counts = { connections: 0, signedIn: 0, reads: 0 }
  const hooks: { listed?: () => void; read?: (at: number) => void } = {}
  const open = new Set<ssh2.Connection>()

  const serve = (sftp: object): void => {
    const handles: (Kept | string)[] = []
    const at = (handle: Buffer) => handles[handle.readUInt32BE(0)]
    const handleOf = (of: Kept | string): Buffer => {
      const handle = Buffer.alloc(4)
      handle.writeUInt32BE(handles.push(of) - 1)
      return handle
    }
    const given = sftp as unknown as Record<string, (...args: unknown[]) => void> & {
      on(event: string, handler: (id: number, ...rest: never[]) => void): void
    }
    given.on('OPENDIR', (id: number, path: string) =>
      path === '/out' ? given['handle']!(id, handleOf('new')) : given['status']!(id, STATUS_CODE.NO_SUCH_FILE),
    )
    given.on('READDIR', (id: number, handle: Buffer) => {
      const number = handle.readUInt32BE(0)
      if (handles[number] !== 'new') return given['status']!(id, STATUS_CODE.EOF)
      handles[number] = 'read'
      given['name']!(
        id,
        [...files].map(([filename, kept]) => ({ filename, longname: filename, attrs: attrs(kept) })),
      )
      hooks.listed?.()
    })
    given.on('OPEN', (id: number, path: string) => {
      const kept = files.get(path.replace('/out/', ''))
      if (kept) given['handle']!(id, handleOf(kept))
      else given['status']!(id, STATUS_CODE.NO_SUCH_FILE)
    })
    given.on('READ', (id: number, handle: Buffer, offset: number, length: number) => {
      counts.reads++
      hooks.read?.(offset)
      const { bytes } = at(handle) as Kept
      if (offset >= bytes.length) given['status']!(id, STATUS_CODE.EOF)
      else given['data']!(id, bytes.subarray(offset, offset + length))
    })
    given.on('FSTAT', (id: number, handle: Buffer) => given['attrs']!(id, attrs(at(handle) as Kept)))
    given.on('CLOSE', (id: number) => given['status']!(id, STATUS_CODE.OK))
  }

  const server = new Server({ hostKeys: [host] }, client => {
    counts.connections++
    open.add(client)
    ;(client as unknown as { setNoDelay(): void }).setNoDelay()
    client.on('error', () => undefined)
    client.on('close', () => void open.delete(client))
    client.on('authentication', ctx => {
      const key = signsIn.publicKey === undefined ? undefined : utils.parseKey(signsIn.publicKey)
      const isKey =
        ctx.method === 'publickey' &&
        key !== undefined &&
        !(key instanceof Error) &&
        ctx.key.data.equals(key.getPublicSSH()) &&
        (!ctx.signature || key.verify(ctx.blob!, ctx.signature, ctx.hashAlgo))
      const isPassword = ctx.method === 'password' && ctx.password === signsIn.password
      if (isKey || isPassword) ctx.accept()
      else ctx.reject(['publickey', 'password'])
    })
    client.on('ready', () => {
      counts.signedIn++
      client.on('session', accept => accept().on('sftp', begin => serve(begin())))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const client of open) client.end()
    return new Promise<void>(resolve => void server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    /** The name of the server in a configuration. */
    name: `127.0.0.1:${port}`,
    hostKey,
    counts,
    hooks,
    put: (name: string, text: string | Buffer, time = 1_767_225_600) =>
      void files.set(name, { bytes: Buffer.from(text), time }),
    /** Changes an open file, too. */
    rewrite(name: string, text: string, time: number) {
      Object.assign(files.get(name)!, { bytes: Buffer.from(text), time })
    },
    drop: () => open.forEach(client => void client.end()),
  }
}
