import { chmod, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { objectStoreContract } from '../../src/contracts/object-store.ts'
import type { StoredObject } from '../../src/core/object-store.ts'
import { folderObjects } from '../../src/places/folder-objects.ts'
import { keeps } from '../contracts/keeps.ts'
import { partContext } from '../contracts/part-context.ts'

t.test('a folder keeps the contract of a store of objects', t =>
  keeps(t, objectStoreContract({ make: (_, below = '') => folderObjects(`lake/users/${below}`) })),
)

t.test('a file has its name, and readers, only when it is finished', async t => {
  const folder = t.testdir({ 'secret.csv': '' })
  const { ctx } = partContext(folder)
  const mode = async (name: string) => (await lstat(join(folder, 'lake', name))).mode & 0o777
  const upload = await folderObjects('lake').upload(ctx, 'a.bin')
  await upload.append(Buffer.from('abc'))
  t.strictSame(await readdir(join(folder, 'lake')), ['a.bin.partial'])
  t.equal(await mode('a.bin.partial'), 0o600)
  await upload.finish('')
  t.strictSame(await readdir(join(folder, 'lake')), ['a.bin'])
  t.equal(await mode('a.bin'), 0o666 & ~process.umask())
})

t.test('permissions of another file limit those of a file and of a small one', async t => {
  const folder = t.testdir({ 'private.csv': '' })
  const { ctx } = partContext(folder)
  const like = join(folder, 'private.csv')
  await chmod(like, 0o600)
  const store = folderObjects('lake')
  await (await store.upload(ctx, 'a.bin', { like })).finish('')
  await store.put(ctx, 'b.bin', Buffer.from('b'), { like })
  for (const name of ['a.bin', 'b.bin']) t.equal((await lstat(join(folder, 'lake', name))).mode & 0o777, 0o600, name)
})

t.test('links are followed to the folder, whose target is its own URL', async t => {
  const folder = t.testdir({ real: {}, 'file.txt': '' })
  await symlink(join(folder, 'real'), join(folder, 'link'))
  const { ctx } = partContext(folder)
  const { target } = folderObjects('link/')
  t.equal(target(ctx), `${pathToFileURL(join(folder, 'real')).href}/`)
  t.equal(folderObjects('real').target(ctx), target(ctx))
  await t.rejects(folderObjects('file.txt/').check(ctx), {
    code: 'FILE_UNWRITABLE',
    message: /is a file, not a folder/,
  })
  await t.rejects(folderObjects('file.txt/below/').check(ctx), {
    code: 'FILE_UNWRITABLE',
    message: /part of its path is a file, not a folder/,
  })
})

t.test('unfinished files are listed as such, and folders and what is in them are not', async t => {
  const folder = t.testdir({ lake: { 'a.bin': 'abc', 'b.bin.partial': 'b', deeper: { 'c.bin': '' } } })
  const { ctx } = partContext(folder)
  const found: StoredObject[] = []
  for await (const one of folderObjects('lake/').list(ctx)) found.push(one)
  t.strictSame(
    found.toSorted((a, b) => a.bytes - b.bytes),
    [
      { name: 'b.bin', bytes: 1, unfinished: true },
      { name: 'a.bin', bytes: 3 },
    ],
  )
})

t.test('a folder in the way of a file is named', async t => {
  const folder = t.testdir({ lake: {} })
  await mkdir(join(folder, 'lake', 'a.bin'))
  await writeFile(join(folder, 'lake', 'a.bin', 'x'), '')
  const { ctx } = partContext(folder)
  const upload = await folderObjects('lake').upload(ctx, 'a.bin')
  await t.rejects(upload.finish(''), { code: 'FILE_UNWRITABLE', message: /a\.bin cannot be written/ })
  await upload.abort()
  t.strictSame(await readdir(join(folder, 'lake')), ['a.bin'])
})
