import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openIdJournal } from '../../src/store/id-journal.ts'

/** GUIDs from a seed: the same in every run of the test. */
const guids = (count: number, seed: string) =>
  Array.from({ length: count }, (_, at) => {
    const hex = createHash('md5').update(`${seed}/${at}`).digest('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  })

const inPages = (ids: readonly string[], size: number) =>
  Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => ids.slice(at * size, (at + 1) * size))

t.test('a GUID is stored as its own 16 bytes', async t => {
  const path = join(t.testdir(), 'ids')
  const ids = openIdJournal(path, 0)
  ids.addAll(['00112233-4455-6677-8899-AABBCCDDEEFF'])
  ids.flush()
  t.equal(readFileSync(path).toString('hex'), '00112233445566778899aabbccddeeff')
  t.equal(statSync(path).mode & 0o777, 0o600)
})

t.test('GUIDs ignore case, other ids do not', async t => {
  const ids = openIdJournal(join(t.testdir(), 'ids'), 0)
  const [guid] = guids(1, 'case') as [string]
  t.strictSame(ids.addAll([guid, guid.toUpperCase(), `{${guid}}`, guid.replaceAll('-', '')]), [true, false, true, true])
  const almost = [
    `${guid.slice(0, 35)}g`,
    `g${guid.slice(1)}`,
    `${guid.slice(0, 35)}ā`,
    guid.replace('-', '0'),
    'ann',
    'Ann',
    '',
  ]
  t.strictSame(
    ids.addAll(almost),
    almost.map(() => true),
  )
  t.strictSame(
    ids.addAll(almost),
    almost.map(() => false),
  )
})

t.test('an id is new only once, within a call and across calls', async t => {
  const ids = openIdJournal(join(t.testdir(), 'ids'), 0)
  const [a, b, c] = guids(3, 'once') as [string, string, string]
  t.strictSame(ids.addAll([a, b, a, a]), [true, true, false, false])
  t.strictSame(ids.addAll([b, c, b, c]), [false, true, false, false])
  t.strictSame(ids.addAll([]), [])
  t.equal(ids.length, 3)
})

/** These ids as the bytes of one text, each between two quotes. */
const bytesOf = (ids: readonly string[]) => {
  const bytes = Buffer.from(ids.map(id => `"${id}"`).join(''))
  const ends = ids.map(() => 0)
  let at = 0
  for (const [place, id] of ids.entries()) ends[place] = at += Buffer.byteLength(id) + 2
  const end = (text: number) => ends[text]! - 1
  return { count: ids.length, bytes, end, start: (text: number) => end(text) - Buffer.byteLength(ids[text]!) }
}

t.test('ids that are bytes are those that are text', async t => {
  const [guid] = guids(1, 'bytes') as [string]
  const kinds = [
    guid,
    guid.toUpperCase(),
    `${guid.slice(0, 35)}ā`,
    `${guid.slice(0, 34)}ā`,
    `g${guid.slice(1)}`,
    'ann',
    'Ann',
    'Zoë',
    '',
  ]
  const folder = t.testdir()
  const texts = openIdJournal(join(folder, 'texts'), 0)
  const bytes = openIdJournal(join(folder, 'bytes'), 0)
  t.strictSame(bytes.addBytes(bytesOf(kinds)), texts.addAll(kinds))
  t.strictSame(
    texts.addAll(kinds),
    kinds.map(() => false),
  )
  t.strictSame(
    bytes.addBytes(bytesOf(kinds)),
    kinds.map(() => false),
  )
  t.strictSame(
    bytes.addAll(kinds),
    kinds.map(() => false),
  )
  // More than are looked at at once: the first are new, some of the others repeat.
  const many = guids(10_000, 'many')
  const mixed = [...many.slice(0, 9_000), ...many.slice(5_000)]
  t.strictSame(bytes.addBytes(bytesOf(mixed)), texts.addAll(mixed))
  t.equal(bytes.addBytes(bytesOf(guids(5_000, 'new'))), undefined)
  texts.addAll(guids(5_000, 'new'))
  t.equal(bytes.checksum, texts.checksum)
})

t.test('answers are exact for 300,000 ids, whichever repeat and in whatever order', async t => {
  const path = join(t.testdir(), 'ids')
  const all = guids(300_000, 'exact')
  const journal = openIdJournal(path, 0)
  const answers = (ids: readonly string[], size: number) => {
    let fresh = 0
    for (const page of inPages(ids, size)) for (const answer of journal.addAll(page)) if (answer) fresh++
    return fresh
  }
  t.equal(answers(all, 999), 300_000)
  t.equal(answers(all, 999), 0, 'all ids again, in order')
  t.equal(answers(all.toReversed().slice(0, 3000), 1000), 0, 'in reverse')
  t.equal(
    answers(
      all.filter((_, at) => at % 7 === 0),
      10_000,
    ),
    0,
    'every seventh, in large calls',
  )
  t.equal(answers(all.slice(150_000, 150_999).concat(guids(1, 'new')), 1000), 1, 'a page with one new id')
  t.equal(journal.length, 300_001)
  journal.flush()
  t.equal(statSync(path).size, 300_001 * 16)
  const cut = openIdJournal(path, 200_000)
  t.strictSame(cut.addAll([all[199_999]!, all[200_000]!, all[0]!]), [false, true, false], 'after truncation')
  t.equal(cut.length, 200_001)
})

t.test('ids that wait in memory are in the file after a flush, in order, and are found before it', async t => {
  const path = join(t.testdir(), 'ids')
  const all = guids(10_000, 'waiting')
  const journal = openIdJournal(path, 0)
  for (const page of inPages(all, 70)) {
    journal.addAll(page)
    t.strictSame(journal.addAll([page[0]!]), [false])
  }
  journal.addAll(guids(3, 'last'))
  t.ok(statSync(path).size < 10_003 * 16, 'the last ones wait')
  journal.flush()
  t.equal(readFileSync(path).toString('hex'), [...all, ...guids(3, 'last')].join('').replaceAll('-', ''))
  const { checksum } = journal
  t.equal(openIdJournal(path, 10_003, undefined, checksum).checksum, checksum)
})

t.test('consecutive ids, which are not random, are distinguished', async t => {
  const ids = openIdJournal(join(t.testdir(), 'ids'), 0)
  const rowOf = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`
  const all = Array.from({ length: 50_000 }, (_, at) => rowOf(at))
  t.equal(
    inPages(all, 999)
      .flatMap(page => ids.addAll(page))
      .filter(Boolean).length,
    50_000,
  )
})
