import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import t from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { csv } from '../../src/sources/csv.ts'
import { openStore } from '../../src/store/open-store.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { environmentAt } from '../store/fixtures.ts'

t.test('warnings of a source, and of the file of a lookup, are in the manifest, each sentence once', async t => {
  const folder = t.testdir({})
  const text = Buffer.from('id,name\n1,Ann\n2,Bob\n')
  for (const name of ['in.csv.zst', 'names.csv.zst'])
    writeFileSync(join(folder, name), Buffer.concat([zstdCompressSync(text), zstdCompressSync('3,Cem\n')]))
  const environment = environmentAt(join(folder, 'store'), { cwd: folder })
  const store = openStore({ environment, clock: systemClock })
  t.teardown(() => store.close())
  const names = lookup({ from: csv({ from: 'names.csv.zst' }), key: 'id', by: 'id', take: { name: 'known' } })
  const run = (from: string, transforms = [names]) =>
    execute({
      pipeline: 'test',
      params: { from },
      plan: { source: csv({ from }), transforms, sink: jsonl({ to: 'out.jsonl.zst' }) },
      store,
      places: destinationAt,
      environment,
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
    })
  const { manifest } = await run('in.csv.zst')
  t.equal(manifest?.counts.written, 3)
  const words = 'has no checksums, so corruption would go unnoticed. Compress it with `zstd --check`.'
  t.strictSame(manifest?.notes?.toSorted(), [`in.csv.zst ${words}`, `names.csv.zst ${words}`])
  writeFileSync(join(folder, 'plain.csv'), text)
  t.notOk('notes' in (await run('plain.csv', [])).manifest!)
})
