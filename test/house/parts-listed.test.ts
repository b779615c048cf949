import { basename } from 'node:path'
import t from 'tap'
import { filesIn, textOf } from './source-files.ts'

/** For sinks of your own: docs/pipelines.md. */
const forAuthors = ['text-sink']

t.test('docs/parts.md lists every source, transform and sink', async t => {
  const listed = new Set(
    [...textOf('docs/parts.md').matchAll(/^\| ((?:`[a-z-]+` ?)+)\|/gm)].flatMap(([, names]) =>
      names!.trim().split(' '),
    ),
  )
  const parts = ['sources', 'transforms', 'sinks']
    .flatMap(folder => filesIn(`src/${folder}`, '.ts'))
    .filter(file => file.split('/').length === 3)
    .map(file => basename(file, '.ts'))
  t.strictSame(
    parts.filter(name => !listed.has(`\`${name}\``) && !forAuthors.includes(name)),
    [],
  )
  t.ok(parts.includes('link-delta'))
})
