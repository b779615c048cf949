import { createHash } from 'node:crypto'
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { feedFile } from '../../../src/catalogue/hr/feed-file.ts'
import { csv } from '../../../src/sources/csv.ts'
import { partContext } from '../../contracts/part-context.ts'

const text = 'No,Name\n1,Ann\n2,"Bob, Jr."\n'
const hashOf = (bytes: string, algorithm = 'sha256') => createHash(algorithm).update(bytes).digest('hex')

/** What is known of a feed once it is read. @param meanwhile called after the first row */
const factsOf = async (
  t: Test,
  name: string,
  bytes: string,
  beside: Record<string, string> = {},
  meanwhile?: (path: string) => void,
) => {
  const folder = t.testdir({ [name]: bytes, ...beside })
  const { ctx } = partContext(folder)
  const file = feedFile(csv({ from: name }), name)
  await file.source.describe(ctx)
  for await (const _ of file.source.read(ctx, { name: 'csv' })) meanwhile?.(join(folder, name))
  return file.facts(ctx)
}

t.test('a feed has its hash, and the day in its name', async t => {
  t.strictSame(await factsOf(t, 'feed-2026-06-15.csv', text), {
    sha256: hashOf(text),
    date: '2026-06-15',
    growing: false,
  })
  t.match(await factsOf(t, 'feed_20260615.csv', text), { date: '2026-06-15' })
  for (const time of ['03', '0300', '030000', '030000123', '-03-00-00', 'T030000Z', '_0300'])
    t.match(await factsOf(t, `feed_20260615${time}.csv`, text), { date: '2026-06-15' }, time)
  for (const name of ['feed-20261399.csv', 'feed-2026061599.csv', 'feed-202606150.csv', 'feed-2026061503000012.csv'])
    t.notOk('date' in (await factsOf(t, name, text)), name)
})

t.test('a checksum beside it is compared', async t => {
  for (const [extension, algorithm] of [
    ['sha256', 'sha256'],
    ['md5', 'md5'],
  ] as const) {
    const sum = `feed.csv.${extension}`
    t.notOk('cutOff' in (await factsOf(t, 'feed.csv', text, { [sum]: `${hashOf(text, algorithm)} *feed.csv\n` })))
    t.match(await factsOf(t, 'feed.csv', text, { [sum]: hashOf('another', algorithm) }), {
      cutOff: /does not have the/,
    })
    t.match(await factsOf(t, 'feed.csv', text, { [sum]: 'none' }), { cutOff: /feed\.csv\.\w+ has no/ })
  }
})

t.test('a file that is written to while it is read is growing', async t => {
  const touched = await factsOf(t, 'feed.csv', text, {}, path => {
    writeFileSync(path, text)
    utimesSync(path, 1, 1)
  })
  t.equal(touched.growing, true)
})
