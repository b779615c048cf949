import { appendFileSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fileBytes, lookAt, type SeenFile } from '../../src/places/file-bytes.ts'

const { signal } = new AbortController()
const long = 'x'.repeat(200_000)
const before = new Date(2020, 1, 1)

/** A file with an old time, so that every write changes it, however quickly it follows. */
const bed = (t: Test) => {
  const path = join(t.testdir({ 'in.csv': long }), 'in.csv')
  utimesSync(path, before, before)
  return path
}

/** Reads a file and calls `meanwhile` after the first chunk. */
const reading = async (path: string, seen: SeenFile | undefined, meanwhile = () => {}): Promise<number> => {
  let bytes = 0
  for await (const chunk of fileBytes(path, signal, seen)) {
    if (bytes === 0) meanwhile()
    bytes += chunk.length
  }
  return bytes
}

const changes: Readonly<Record<string, (path: string) => void>> = {
  'overwritten with as many bytes': path => writeFileSync(path, 'y'.repeat(long.length)),
  'made longer': path => appendFileSync(path, 'more'),
  'made shorter': path => writeFileSync(path, 'x'),
}

for (const [how, change] of Object.entries(changes))
  t.test(`a file that is ${how} before or while it is read is refused`, async t => {
    const refusal = {
      code: 'INPUT_CHANGED',
      exit: 1,
      message: /in\.csv was changed while it was read, .*; run it again/,
    }
    const path = bed(t)
    await t.rejects(
      reading(path, undefined, () => change(path)),
      refusal,
      'while it is read, not seen before',
    )
    const second = bed(t)
    await t.rejects(
      reading(second, await lookAt(second, signal), () => change(second)),
      refusal,
      'while it is read',
    )
    const third = bed(t)
    const seen = await lookAt(third, signal)
    change(third)
    await t.rejects(reading(third, seen), refusal, 'before it is read')
  })

t.test('another file of the same name is refused before any of its bytes are returned', async t => {
  const path = bed(t)
  const seen = await lookAt(path, signal)
  writeFileSync(`${path}.new`, 'y'.repeat(long.length))
  utimesSync(`${path}.new`, before, before)
  renameSync(`${path}.new`, path)
  let given = 0
  const all = async () => {
    for await (const chunk of fileBytes(path, signal, seen)) given += chunk.length
  }
  await t.rejects(all(), { code: 'INPUT_CHANGED' })
  t.equal(given, 0)
})

t.test('a file that was only touched, or was removed after it was opened, is read to its end', async t => {
  const path = bed(t)
  t.equal(await reading(path, await lookAt(path, signal), () => utimesSync(path, new Date(), new Date())), long.length)
  const seen = await lookAt(path, signal)
  writeFileSync(`${path}.copy`, readFileSync(path))
  renameSync(`${path}.copy`, path)
  t.equal(await reading(path, seen), long.length, 'a copy counts as the same file')
  if (process.platform === 'win32') return
  t.equal(await reading(path, await lookAt(path, signal), () => rmSync(path)), long.length)
})

t.test('an abort ends reading with its reason', async t => {
  const path = bed(t)
  const abort = new AbortController()
  const all = async () => {
    for await (const _ of fileBytes(path, abort.signal)) abort.abort(new Error('enough'))
  }
  await t.rejects(all(), { message: 'enough' })
})
