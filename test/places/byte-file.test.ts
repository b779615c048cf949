import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { byteFile, isPublished } from '../../src/places/byte-file.ts'

t.test('missing folders are made, and the file appears with its manifest', async t => {
  const folder = t.testdir({})
  const file = await byteFile(join(folder, 'a/b/x.csv'))
  await file.append(Buffer.from('one'))
  await file.append(Buffer.from('two'))
  await file.publish('{}\n')
  t.strictSame((await readdir(join(folder, 'a/b'))).sort(), ['x.csv', 'x.csv.manifest.json'])
  t.equal(await readFile(join(folder, 'a/b/x.csv'), 'utf8'), 'onetwo')
})

t.test('a mark has the length and the SHA-256 of what was appended', async t => {
  const file = await byteFile(join(t.testdir({}), 'x'))
  await file.append(Buffer.from('abc'))
  t.strictSame(await file.mark(), {
    bytes: 3,
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  })
  await file.remove()
})

t.test('reopened at a mark it is cut back to it, and the hash goes on over what stays', async t => {
  const path = join(t.testdir({}), 'x')
  const first = await byteFile(path)
  await first.append(Buffer.alloc(600_000, 'a'))
  const mark = await first.mark()
  await first.append(Buffer.from('lost'))
  await first.keep()
  const second = await byteFile(path, mark)
  t.strictSame(await second.mark(), mark)
  await second.append(Buffer.from('b'))
  const end = await second.mark()
  await second.publish()
  const whole = await byteFile(join(t.testdir({}), 'y'))
  await whole.append(Buffer.alloc(600_000, 'a'))
  await whole.append(Buffer.from('b'))
  t.strictSame(await whole.mark(), end)
  await whole.remove()
})

t.test(
  'a mark vouches for the name of the file too: there is none while its folder is gone',
  { skip: process.platform === 'win32' && 'Windows moves no folder with an open file' },
  async t => {
    const folder = t.testdir({})
    const file = await byteFile(join(folder, 'a/b/x'))
    await rename(join(folder, 'a'), join(folder, 'moved'))
    await file.append(Buffer.from('abc'))
    await t.rejects(file.mark(), { code: 'FILE_UNWRITABLE', message: /its folder is not there any more/ })
    await rename(join(folder, 'moved'), join(folder, 'a'))
    t.match(await file.mark(), { bytes: 3 })
    await file.keep()
  },
)

t.test('keep and remove may be said twice', async t => {
  const folder = t.testdir({})
  const file = await byteFile(join(folder, 'x'))
  await file.keep()
  await file.keep()
  await file.remove()
  await file.remove()
  t.strictSame(await readdir(folder), [])
})

t.test('a full disk is told in one sentence', { skip: !existsSync('/dev/full') && 'no /dev/full here' }, async t => {
  const path = join(t.testdir({}), 'x.csv')
  await symlink('/dev/full', `${path}.partial`)
  const file = await byteFile(path)
  await t.rejects(file.append(Buffer.from('x')), {
    code: 'DISK_FULL',
    message: `There is no room left to write ${path} (ENOSPC); free some, or write elsewhere, and run it again`,
  })
  await file.remove()
})

t.test('a folder that cannot be written to is told in one sentence', async t => {
  const folder = t.testdir({ file: 'x', closed: {} })
  await t.rejects(byteFile(join(folder, 'file/x.csv')), { code: 'FILE_UNWRITABLE' })
  if (process.getuid?.() === 0) return
  await chmod(join(folder, 'closed'), 0o555)
  t.teardown(() => chmod(join(folder, 'closed'), 0o755))
  await t.rejects(byteFile(join(folder, 'closed/x.csv')), {
    code: 'FILE_UNWRITABLE',
    message: `${join(folder, 'closed/x.csv')} cannot be written: you may not write there; write to another place`,
  })
})

t.test('when the name cannot be taken the partial stays', async t => {
  const folder = t.testdir({})
  const file = await byteFile(join(folder, 'x'))
  await file.append(Buffer.from('kept'))
  await mkdir(join(folder, 'x'))
  await writeFile(join(folder, 'x', 'y'), '')
  await t.rejects(file.publish(), { code: 'FILE_UNWRITABLE' })
  t.equal(await readFile(join(folder, 'x.partial'), 'utf8'), 'kept')
})

const keepsModes = { skip: process.platform === 'win32' && 'Windows has no modes' }

t.test(
  'nobody else may read a partial; a new file has the mode of the umask, one that is replaced keeps its own',
  keepsModes,
  async t => {
    const folder = t.testdir({ like: '', private: 'of yesterday', open: 'of yesterday', 'left.partial': '', left: '' })
    const at = (name: string) => join(folder, name)
    const modeOf = async (name: string) => (await stat(at(name))).mode & 0o777
    await chmod(at('like'), 0o400)
    await chmod(at('private'), 0o600)
    await chmod(at('open'), 0o666)
    await chmod(at('left.partial'), 0o644)
    const usual = 0o666 & ~process.umask()
    for (const [name, expected, like] of [
      ['private', 0o600, undefined],
      ['open', 0o666, undefined],
      ['left', usual, undefined],
      ['new', usual, undefined],
      ['open', 0o600, 'like'],
      ['another', 0o600, 'like'],
      ['third', usual, 'gone'],
    ] as const) {
      if (name === 'left') await chmod(at(name), usual)
      const file = await byteFile(at(name))
      t.equal(await modeOf(`${name}.partial`), 0o600, `${name}.partial`)
      await file.publish('{}', like && at(like))
      t.equal(await modeOf(name), expected, name)
      t.equal(await modeOf(`${name}.manifest.json`), expected, `the manifest of ${name}`)
    }
  },
)

t.test('a file is published when its bytes, its manifest and the absence of a partial say so together', async t => {
  const folder = t.testdir({})
  const path = join(folder, 'x')
  const file = await byteFile(path)
  await file.append(Buffer.from('abc'))
  const facts = { ...(await file.mark()), run: 'run-1' }
  const { signal } = new AbortController()
  t.equal(await isPublished(path, facts, signal), false)
  await file.publish('{ "run": "run-1" }')
  t.equal(await isPublished(path, facts, signal), true)
  t.equal(await isPublished(path, { ...facts, run: 'run-2' }, signal), false, 'the manifest is of another run')
  await writeFile(`${path}.partial`, '')
  t.equal(await isPublished(path, facts, signal), false, 'there is a partial')
  const again = await byteFile(path)
  await again.append(Buffer.from('abd'))
  await again.publish('{ "run": "run-1" }')
  t.equal(await isPublished(path, facts, signal), false, 'other bytes')
  const unsaid = await byteFile(path)
  await unsaid.append(Buffer.from('abc'))
  await unsaid.publish('no manifest')
  t.equal(await isPublished(path, facts, signal), false, 'the manifest says nothing')
})
