import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { duck } from '../formats/parquet/duck.ts'
import { changeDesk } from './change-desk.ts'

t.test('an export to a folder is read through its manifest, replaced by the next one, and verified', async t => {
  const { run, folder, textOf } = await changeDesk(t)
  const to = 'lake/type=users/date=2026-11-28/'
  const names = () => readdirSync(join(folder, to)).filter(name => name !== '_manifest.json')
  const command = ['export', 'users', '--tenant', 'sandbox', '--select', 'id,accountEnabled', '--to', to]
  const first = await run(...command, '--format', 'parquet', '--limit', '250', '--part-rows', '100')
  t.equal(first.status, 0, first.stderr)
  t.match(first.stderr, /date=2026-11-28\/ \(3 parts\): 250 rows/)
  const { files } = JSON.parse(textOf(`${to}_manifest.json`)) as Manifest
  t.strictSame(
    files.map(({ name, rows }) => ({ name, rows })),
    names()
      .toSorted()
      .map((name, at) => ({ name, rows: at < 2 ? 100 : 50 })),
  )
  const parts = files.map(({ name }) => `'${join(folder, to, name!)}'`).join()
  const [counts] = await duck(
    `select count(distinct id) as ids, any_value(typeof("accountEnabled")) as kind, any_value(date::text) as date from read_parquet([${parts}])`,
  )
  t.strictSame(counts, { ids: '250', kind: 'BOOLEAN', date: '2026-11-28' })
  t.match((await run('verify', to)).stdout, /matches its manifest: 3 parts with 250 rows, complete/)

  const second = await run(...command, '--format', 'jsonl', '--compress', 'zstd', '--limit', '20')
  t.equal(second.status, 0, second.stderr)
  t.match(names(), [/^part-[\w-]+-00001\.jsonl\.zst$/])
  writeFileSync(join(folder, to, 'part-other-00001.parquet'), '')
  const strange = await run('verify', 'lake')
  t.not(strange.status, 0)
  t.match(strange.stderr, /part-other-00001\.parquet is not in the manifest/)
  rmSync(join(folder, to, 'part-other-00001.parquet'))
  rmSync(join(folder, to, names()[0]!))
  t.match((await run('verify', to)).stderr, /00001\.jsonl\.zst is missing/)
})

t.test('parts that a run of another store left do not stop an export, which removes them', async t => {
  const { run, folder } = await changeDesk(t)
  mkdirSync(join(folder, 'lake'))
  for (const name of ['part-lost-00001.parquet', 'part-lost-00002.parquet.partial', 'notes.txt'])
    writeFileSync(join(folder, 'lake', name), '')
  const command = ['export', 'users', '--tenant', 'sandbox', '--limit', '5', '--to', 'lake/', '--format', 'parquet']
  const { status, stderr } = await run(...command)
  t.equal(status, 0, stderr)
  t.match(readdirSync(join(folder, 'lake')).toSorted(), [
    '_manifest.json',
    'notes.txt',
    /^part-(?!lost).*-00001\.parquet$/,
  ])
})

t.test('a folder needs a format, and a file takes no options of part files', async t => {
  const { run } = await changeDesk(t)
  const command = ['export', 'users', '--tenant', 'sandbox', '--limit', '1']
  const without = await run(...command, '--to', 'lake/')
  t.match(without, { status: 2, stderr: /--format parquet, jsonl or csv/ })
  t.match(await run(...command, '--to', 'lake/', '--format', 'json'), { status: 2, stderr: /not json/ })
  t.match(await run(...command, '--to', 'x.csv', '--part-rows', '5'), { status: 2, stderr: /--part-rows applies only/ })
  const twice = await run(...command, '--to', 'lake/', '--format', 'parquet', '--compress', 'gzip')
  t.match(twice, { status: 2, stderr: /Leave --compress out/ })
})
