import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { chmod, link, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { byteFile } from '../../src/places/byte-file.ts'
import { clearFile, discardFile, isPublished, leftoverOf } from '../../src/places/file-remains.ts'

t.test('missing folders are created, and the file appears with its manifest', async t => {
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
  const { bytes, sha256 } = await file.mark()
  t.equal(bytes, 3)
  t.equal(sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  await file.remove()
})

t.test('a file reopened at a mark is truncated to it, and the hash continues over the remaining bytes', async t => {
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
  'a mark fails while the folder of the file is gone: it covers the name of the file too',
  { skip: process.platform === 'win32' && 'Windows does not move folders with open files' },
  async t => {
    const folder = t.testdir({})
    const file = await byteFile(join(folder, 'a/b/x'))
    await rename(join(folder, 'a'), join(folder, 'moved'))
    await file.append(Buffer.from('abc'))
    await t.rejects(file.mark(), { code: 'FILE_UNWRITABLE', message: /it or its folder was removed/ })
    await rename(join(folder, 'moved'), join(folder, 'a'))
    t.match(await file.mark(), { bytes: 3 })
    await file.keep()
  },
)

t.test('keep and remove can be called twice', async t => {
  const folder = t.testdir({})
  const file = await byteFile(join(folder, 'x'))
  await file.keep()
  await file.keep()
  await file.remove()
  await file.remove()
  t.strictSame(await readdir(folder), [])
})

const isWindows = process.platform === 'win32'

t.test(
  'a full disk is reported in one sentence',
  { skip: isWindows && 'Windows has no limit on file sizes' },
  async t => {
    const path = join(t.testdir({}), 'x.csv')
    const program = `
      import { byteFile } from ${JSON.stringify(new URL('../../src/places/byte-file.ts', import.meta.url).href)}
      const file = await byteFile(${JSON.stringify(path)})
      try { await file.append(Buffer.alloc(100_000)) } catch (error) { console.log(error.code, error.message) }
      await file.remove()
    `
    const limited = [
      '-c',
      'unset NODE_OPTIONS; ulimit -f 8; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      program,
    ]
    // Modules that the test runner preloads write files too.
    const { stdout } = spawnSync('sh', limited, { encoding: 'utf8' })
    t.equal(stdout, `DISK_FULL The disk is full: ${path} cannot be written (EFBIG)\n`)
    t.notOk(existsSync(`${path}.partial`))
  },
)

t.test('a link planted in place of the partial is replaced, not followed', async t => {
  const folder = t.testdir({ victim: 'precious' })
  const [victim, path] = [join(folder, 'victim'), join(folder, 'x')]
  await chmod(victim, 0o600)
  for (const plant of [symlink, link]) {
    for (const name of [`${path}.partial`, `${path}.manifest.json.partial`]) await plant(victim, name)
    const file = await byteFile(path)
    await file.append(Buffer.from('abc'))
    await file.publish('{}')
    t.equal(await readFile(path, 'utf8'), 'abc')
    t.equal(await readFile(`${path}.manifest.json`, 'utf8'), '{}')
    t.equal(await readFile(victim, 'utf8'), 'precious')
    if (!isWindows) t.equal((await stat(victim)).mode & 0o777, 0o600)
    for (const name of [path, `${path}.manifest.json`]) t.equal((await lstat(name)).isSymbolicLink(), false)
    await clearFile(path)
  }
})

t.test('a link that took the final name is replaced, and the mode of its target is ignored', async t => {
  const folder = t.testdir({ victim: 'precious' })
  const [victim, path] = [join(folder, 'victim'), join(folder, 'x')]
  await chmod(victim, 0o666)
  const file = await byteFile(path)
  await symlink(victim, path)
  await file.publish()
  t.equal(await readFile(victim, 'utf8'), 'precious')
  if (!isWindows) t.equal((await lstat(path)).mode & 0o777, 0o666 & ~process.umask())
})

t.test('a partial replaced by a link is not resumed, and the target of the link is unchanged', async t => {
  for (const plant of [symlink, link]) {
    const folder = t.testdir({ victim: 'abc, and more' })
    const [victim, path] = [join(folder, 'victim'), join(folder, 'x')]
    const file = await byteFile(path)
    await file.append(Buffer.from('abc'))
    const mark = await file.mark()
    await file.keep()
    await rm(`${path}.partial`)
    await plant(victim, `${path}.partial`)
    await t.rejects(byteFile(path, mark), {
      code: 'PARTIAL_CHANGED',
      message: plant === symlink ? /is now a symbolic link/ : /now has a second name \(a hard link\)/,
    })
    t.equal(await readFile(victim, 'utf8'), 'abc, and more')
  }
})

t.test('a partial that belongs to another user, or is not a regular file, is not resumed', async t => {
  const path = join(t.testdir({}), 'x')
  const file = await byteFile(path)
  const mark = await file.mark()
  await file.keep()
  await t.rejects(byteFile(path, { ...mark, owner: mark.owner! + 1 }), {
    code: 'PARTIAL_CHANGED',
    message: `${path}.partial now belongs to another user, so the run cannot be resumed`,
  })
  if (isWindows) return
  await rm(`${path}.partial`)
  spawnSync('mkfifo', [`${path}.partial`])
  await t.rejects(byteFile(path, mark), { code: 'PARTIAL_CHANGED', message: /is not a regular file/ })
})

t.test('a changed partial is not truncated: it may be the only copy', async t => {
  const path = join(t.testdir({}), 'x')
  const file = await byteFile(path)
  await file.append(Buffer.from('abc'))
  const mark = await file.mark()
  await file.keep()
  await writeFile(`${path}.partial`, 'other bytes')
  await t.rejects(byteFile(path, mark), { code: 'PARTIAL_CHANGED', message: /was changed/ })
  t.equal(await readFile(`${path}.partial`, 'utf8'), 'other bytes')
})

t.test('discard removes a manifest without a file, and keeps the manifest of an earlier file', async t => {
  const folder = t.testdir({ 'x.manifest.json': '{}', 'x.partial': '', y: 'of yesterday', 'y.manifest.json': '{}' })
  t.strictSame(
    await discardFile(join(folder, 'x')),
    ['x.partial', 'x.manifest.json'].map(name => join(folder, name)),
  )
  t.strictSame(await discardFile(join(folder, 'y')), [])
  t.strictSame((await readdir(folder)).sort(), ['y', 'y.manifest.json'])
  await symlink('nowhere', join(folder, 'y.partial'))
  t.equal(await leftoverOf(join(folder, 'y')), join(folder, 'y.partial'), 'a broken link is a leftover too')
  t.strictSame(await discardFile(join(folder, 'y')), [join(folder, 'y.partial')])
})

t.test('a folder that cannot be written to is reported in one sentence', async t => {
  const folder = t.testdir({ file: 'x', closed: {} })
  await t.rejects(byteFile(join(folder, 'file/x.csv')), { code: 'FILE_UNWRITABLE' })
  if (process.getuid?.() === 0) return
  await chmod(join(folder, 'closed'), 0o555)
  t.teardown(() => chmod(join(folder, 'closed'), 0o755))
  await t.rejects(byteFile(join(folder, 'closed/x.csv')), {
    code: 'FILE_UNWRITABLE',
    message: `${join(folder, 'closed/x.csv')} cannot be written: permission denied; write to another file or folder`,
  })
})

t.test('the partial stays when it cannot be renamed', async t => {
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
  'only the owner can read a partial; a new file has the mode of the umask, a replaced file keeps its mode',
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

t.test('a file is published when its bytes and its manifest match and there is no partial', async t => {
  const folder = t.testdir({})
  const path = join(folder, 'x')
  const file = await byteFile(path)
  await file.append(Buffer.from('abc'))
  const facts = { ...(await file.mark()), run: 'run-1' }
  const { signal } = new AbortController()
  t.equal(await isPublished(path, facts, signal), false)
  await file.publish('{ "run": "run-1" }')
  t.equal(await isPublished(path, facts, signal), true)
  t.equal(await isPublished(path, { ...facts, run: 'run-2' }, signal), false, 'the manifest names another run')
  await writeFile(`${path}.partial`, '')
  t.equal(await isPublished(path, facts, signal), false, 'there is a partial')
  const again = await byteFile(path)
  await again.append(Buffer.from('abd'))
  await again.publish('{ "run": "run-1" }')
  t.equal(await isPublished(path, facts, signal), false, 'other bytes')
  const unsaid = await byteFile(path)
  await unsaid.append(Buffer.from('abc'))
  await unsaid.publish('no manifest')
  t.equal(await isPublished(path, facts, signal), false, 'the manifest is not JSON')
})

t.test('a folder that has the name of a partial is named, and kept', async t => {
  const folder = t.testdir({})
  mkdirSync(join(folder, 'x.partial'))
  await t.rejects(discardFile(join(folder, 'x')), {
    code: 'FILE_UNWRITABLE',
    message: /x\.partial cannot be written: it is a folder/,
  })
})
