import fs, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join, relative } from 'node:path'
import t from 'tap'
import { byteFile } from '../../src/places/byte-file.ts'

/** What is flushed to disk, and what gets its name, in order: `path: bytes` at that moment, folders without bytes. */
let told: string[] = []
let folder = ''
const nameOf = (path: unknown): string => relative(folder, String(path)) || '.'

const paths = new WeakMap<FileHandle, unknown>()
const { open, rename } = fs
fs.open = async (path, ...how) => {
  const handle = await open(path, ...how)
  paths.set(handle, path)
  return handle
}
fs.rename = async (from, to) => {
  await rename(from, to)
  told.push(`${nameOf(from)} -> ${nameOf(to)}`)
}
syncBuiltinESMExports()

const some = await open(import.meta.filename)
const handles = Object.getPrototypeOf(some) as FileHandle
await some.close()
for (const name of ['sync', 'datasync'] as const) {
  const flush = handles[name]
  handles[name] = async function (this: FileHandle) {
    await flush.call(this)
    const stat = await this.stat()
    told.push(nameOf(paths.get(this)) + (stat.isFile() ? `: ${stat.size}` : ''))
  }
}

const since = (): string[] => {
  const all = told
  told = []
  return all
}

t.test(
  'a mark is answered when its bytes are on the disk, and the first one also when the name of the file is',
  async t => {
    folder = t.testdir({})
    const file = await byteFile(join(folder, 'a/b/x'))
    await file.append(Buffer.from('abc'))
    t.strictSame(since(), [])
    await file.mark()
    t.strictSame(since(), ['a/b/x.partial: 3', 'a/b', 'a', '.'])
    await file.append(Buffer.from('def'))
    const mark = await file.mark()
    t.strictSame(since(), ['a/b/x.partial: 6'])
    await file.keep()
    const again = await byteFile(join(folder, 'a/b/x'), mark)
    await again.append(Buffer.from('ghi'))
    await again.mark()
    t.strictSame(since(), ['a/b/x.partial: 9'])
    await again.remove()
    const beside = await byteFile(join(folder, 'a/b/y'))
    await beside.mark()
    t.strictSame(since(), ['a/b/y.partial: 0', 'a/b'], 'existing folders need no flush')
    await beside.remove()
  },
)

t.test(
  'file and manifest are on the disk before they have their names, the manifest first, and then the names are',
  async t => {
    folder = t.testdir({})
    const file = await byteFile(join(folder, 'x'))
    await file.append(Buffer.from('abc'))
    await file.publish('{ "rows": 1 }')
    t.strictSame(since(), [
      'x.partial: 3',
      'x.manifest.json.partial: 13',
      'x.manifest.json.partial -> x.manifest.json',
      'x.partial -> x',
      '.',
    ])
  },
)
