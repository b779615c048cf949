import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import t from 'tap'
import { objectStoreContract } from '../../src/contracts/object-store.ts'
import { blobObjects } from '../../src/places/blob-objects.ts'
import { keeps } from '../contracts/keeps.ts'
import { azurite } from '../servers/azurite.ts'
import { contextWith } from '../servers/context.ts'

/** More than two pieces. */
const manyBytes = 11 * 2 ** 20

t.test('a folder of a container keeps the contract of a store of objects', async t => {
  const server = await azurite(t)
  await server.create('lake')
  // Every rule finds an empty folder.
  const roots: string[] = []
  const rootOf = (scene: string): string => {
    if (!roots.includes(scene)) roots.push(scene)
    return server.folder('lake', `night ${roots.indexOf(scene)}/users/`)
  }
  const make = (scene: string, below?: string) =>
    blobObjects(rootOf(scene) + (below === undefined ? '' : `${encodeURIComponent(below)}/`))
  await keeps(t, objectStoreContract({ make, variables: server.variables(), manyBytes }))
})

t.test('what is wrong with the sign-in or the address is said before anything is written', async t => {
  const server = await azurite(t)
  await server.create('lake')
  const folder = t.testdir()
  const check = (variables: Readonly<Record<string, string>>, container = 'lake') =>
    blobObjects(server.folder(container, 'users/')).check(contextWith(folder, variables))
  await t.resolves(check(server.variables()))
  await t.rejects(check(server.variables(), 'missing'), {
    code: 'FILE_UNWRITABLE',
    message: 'The storage account devstoreaccount1 has no container missing (404 ContainerNotFound).',
  })
  await t.rejects(check({ AZURE_STORAGE_KEY: 'd3Jvbmc=' }), {
    // Azure's answer is AuthenticationFailed.
    code: 'NOT_PERMITTED',
    message: /^The storage account devstoreaccount1 does not allow this identity/,
  })
  await t.rejects(check({}), { code: 'SECRET_MISSING', fix: /AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN/ })
})

t.test('a SAS is read from a file that only its owner can read, and what it does not allow is said', async t => {
  const server = await azurite(t)
  await server.create('lake')
  const key = new StorageSharedKeyCredential('devstoreaccount1', server.variables()['AZURE_STORAGE_KEY']!)
  const sas = (permissions: string): string =>
    generateBlobSASQueryParameters(
      {
        containerName: 'lake',
        permissions: ContainerSASPermissions.parse(permissions),
        expiresOn: new Date('2099-01-01T00:00:00Z'),
      },
      key,
    ).toString()
  const folder = t.testdir({ all: sas('racwdl'), list: `?${sas('rl')}\n`, open: sas('racwdl') })
  await chmod(join(folder, 'all'), 0o600)
  await chmod(join(folder, 'list'), 0o600)
  await chmod(join(folder, 'open'), 0o644)
  const at = (name: string) => {
    const store = blobObjects(server.folder('lake', 'users/'))
    return { store, ctx: contextWith(folder, { AZURE_STORAGE_SAS_TOKEN_FILE: join(folder, name) }) }
  }
  const { store, ctx } = at('all')
  await store.check(ctx)
  await store.put(ctx, 'a.bin', Buffer.from('a'))
  t.strictSame(await store.get(ctx, 'a.bin'), Buffer.from('a'))
  const readOnly = at('list')
  await t.rejects(readOnly.store.check(readOnly.ctx), {
    code: 'NOT_PERMITTED',
    message: /storage account devstoreaccount1/,
  })
  const exposed = at('open')
  await t.rejects(exposed.store.check(exposed.ctx), { code: 'SECRET_EXPOSED' })
})
