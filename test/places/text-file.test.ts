import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { textFile } from '../../src/places/text-file.ts'

t.test('characters of every length survive the edge of the buffer', async t => {
  const unit = 'aé漢😀'
  for (let shift = 0; shift < 10; shift++) {
    const path = join(t.testdir({}), 'x')
    const file = await textFile(path, {})
    const text = 'x'.repeat(128 * 1024 - shift) + unit.repeat(60_000)
    await file.write(text)
    await file.write(unit)
    await file.finish()
    await file.publish()
    t.ok((await readFile(path, 'utf8')) === text + unit, `${shift} bytes before the edge`)
  }
})

t.test('small writes are gathered: the disk gets pieces of 128 KiB', async t => {
  const path = join(t.testdir({}), 'x')
  const file = await textFile(path, {})
  for (let at = 0; at < 1000; at++) await file.write('a'.repeat(131))
  t.equal((await stat(`${path}.partial`)).size, 0)
  await file.write('a'.repeat(1000))
  t.equal((await stat(`${path}.partial`)).size, 128 * 1024)
  t.match(await file.mark(), { bytes: 132_000 })
  t.equal((await stat(`${path}.partial`)).size, 132_000)
  await file.remove()
})

t.test('a compressor does not outlive the file that is kept or removed before its end', async t => {
  for (const end of ['keep', 'remove'] as const) {
    let open = 0
    const file = await textFile(join(t.testdir({}), 'x'), {
      compressor: {
        async push(bytes) {
          open = 1
          return [bytes.slice()]
        },
        cut: async () => [],
        close: () => void open--,
      },
    })
    await file.write('a'.repeat(200_000))
    t.equal(open, 1)
    await file[end]()
    t.equal(open, 0, end)
  }
})
