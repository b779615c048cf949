import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSorter } from '../../src/store/sorter.ts'

const small = { bytesPerFile: 600, mergedAtOnce: 3 }

/** Numbers below `most`, in an order that looks random and is the same each time. */
const shuffled = (most: number): readonly number[] => Array.from({ length: most }, (_, at) => (at * 7919 + 13) % most)

t.test('rows come in the order of their keys, and those with equal keys in the order they were added', async t => {
  const sorter = openSorter(join(t.testdir(), 'sort'), small)
  const added = shuffled(1009).map((number, at) => ({ key: `k${String(number % 100).padStart(2, '0')}`, at }))
  for (const { key, at } of added) sorter.add(key, at, `row ${at} ü€😀`)
  t.strictSame(
    [...sorter.sorted()].map(({ key, at, bytes }) => ({ key, at, text: bytes.toString() })),
    added
      .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.at - b.at))
      .map(({ key, at }) => ({ key, at, text: `row ${at} ü€😀` })),
  )
})

t.test('keys are ordered by UTF-16 code units, as JavaScript compares text', async t => {
  const keys = ['\u{1F600}', '\uFF21', 'é', 'e', 'Z', 'a', '', 'a\0', 'a\0\0b']
  const sorter = openSorter(join(t.testdir(), 'sort'), { ...small, bytesPerFile: 1 })
  keys.forEach((key, at) => sorter.add(key, at, ''))
  t.strictSame(
    [...sorter.sorted()].map(({ key }) => key),
    keys.toSorted(),
  )
})

t.test('a row that is longer than all buffers is kept', async t => {
  const sorter = openSorter(join(t.testdir(), 'sort'), small)
  const long = 'é'.repeat(300_000)
  for (const key of ['b', 'c', 'a']) sorter.add(key, 1, `${key}${long}`)
  const found = [...sorter.sorted()]
  t.strictSame(
    found.map(({ key }) => key),
    ['a', 'b', 'c'],
  )
  t.ok(found.every(({ key, bytes }) => bytes.toString() === `${key}${long}`))
})

t.test('rows that come in order are written once, in pieces that are not merged', async t => {
  const folder = join(t.testdir(), 'sort')
  const keys = Array.from({ length: 500 }, (_, at) => String(at).padStart(4, '0'))
  const sorter = openSorter(folder, small)
  keys.forEach((key, at) => sorter.add(key, at, key))
  t.strictSame(
    [...sorter.sorted()].map(({ key }) => key),
    keys,
  )
  // A merge removes the pieces, and its file gets the next number.
  const files = readdirSync(folder).map(Number)
  t.ok(files.length > 3)
  t.strictSame(
    files.toSorted((a, b) => a - b),
    [...files.keys()],
  )
})

t.test('what is on disk can be read by nobody, and is removed', async t => {
  const folder = join(t.testdir(), 'sort')
  const sorter = openSorter(folder, small)
  for (let at = 0; at < 100; at++) sorter.add(`ann${at}@contoso.com`, at, 'secret text')
  const files = readdirSync(folder).map(name => join(folder, name))
  t.ok(files.length > 1)
  for (const file of files) {
    t.notMatch(readFileSync(file, 'latin1'), /contoso|secret/)
    t.equal(statSync(file).mode & 0o777, 0o600)
  }
  t.equal(statSync(folder).mode & 0o777, 0o700)
  sorter.remove()
  t.equal(existsSync(folder), false)
})

t.test('a sort without rows is empty', async t => {
  const sorter = openSorter(join(t.testdir(), 'sort'))
  t.strictSame([...sorter.sorted()], [])
  sorter.remove()
})
