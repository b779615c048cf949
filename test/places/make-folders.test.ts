import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeFolders } from '../../src/places/make-folders.ts'

t.test('missing folders are made, and the outermost of them is returned', async t => {
  const folder = t.testdir({ there: {} })
  t.equal(await makeFolders(join(folder, 'there')), undefined)
  t.equal(await makeFolders(join(folder, 'there/a/b/c')), join(folder, 'there/a'))
  t.ok(existsSync(join(folder, 'there/a/b/c')))
  const made = await Promise.all([makeFolders(join(folder, 'x/y')), makeFolders(join(folder, 'x/z'))])
  t.ok(made.includes(join(folder, 'x')))
  for (const name of ['y', 'z']) t.ok(existsSync(join(folder, 'x', name)))
})

t.test('a folder below a file is refused', async t => {
  const folder = t.testdir({ 'file.txt': '' })
  await t.rejects(makeFolders(join(folder, 'file.txt/a/b')), { code: 'ENOTDIR' })
})

t.test('a file system that accepts no folders is refused', { skip: !existsSync('/proc/self') }, async t => {
  await t.rejects(makeFolders('/proc/no-such-folder/below'), { code: /^E/ })
})
