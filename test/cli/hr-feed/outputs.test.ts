import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hrDesk, runIn } from './hr-desk.ts'

t.test('no output of a feed replaces the feed, also of a dry run and of a run that is resumed', async t => {
  const { hr, send, run, textOf } = await hrDesk(t)
  const before = textOf('feed.csv')
  const refused = { status: 2, stderr: /to be a separate file, got \S+feed\.csv, which is an input/ }
  for (const option of ['--report', '--ad-file', '--results']) {
    t.match(await send(option, 'feed.csv'), refused, option)
    t.match(await hr('--dry-run', '--cloud-joiners', option, 'feed.csv'), refused, option)
  }
  t.match(await hr('--yes', '--cloud-joiners', '--plain-credentials', '--credentials', 'feed.csv'), { status: 2 })
  const id = runIn(await send('--limit', '1'))
  t.match(await run('runs', 'resume', id, '--yes', '--results', 'feed.csv'), refused)
  t.match(await run('runs', 'results', id, '--to', 'feed.csv'), refused)
  t.equal(textOf('feed.csv'), before)
  t.match(await run('runs', 'resume', id, '--yes'), { status: 0 })
})

t.test('nobody can read the reports and results of a feed who cannot read the feed', async t => {
  const { hr, send, run, folder } = await hrDesk(t)
  const modesOf = (...names: readonly string[]) => names.map(name => statSync(join(folder, name)).mode & 0o777)
  chmodSync(join(folder, 'feed.csv'), 0o600)
  const sent = await send('--report', 'one.csv,two.html,three.jsonl', '--ad-file', 'ad.csv', '--results', 'results.csv')
  t.equal(sent.status, 0, sent.stderr)
  t.equal((await run('runs', 'results', runIn(sent), '--to', 'later.csv')).status, 0)
  t.equal((await hr('--dry-run', '--report', 'dry.csv')).status, 0)
  const written = ['one.csv', 'two.html', 'three.jsonl', 'ad.csv', 'results.csv', 'later.csv', 'dry.csv']
  t.strictSame(
    modesOf(...written, 'one.csv.manifest.json'),
    [...written, ''].map(() => 0o600),
  )
  chmodSync(join(folder, 'feed.csv'), 0o644)
  await hr('--dry-run', '--report', 'open.csv')
  t.strictSame(modesOf('open.csv'), [0o666 & ~process.umask()])
})
