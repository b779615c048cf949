import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkTarget, targetOf } from '../../src/places/target.ts'
import { partContext } from '../contracts/part-context.ts'

t.test('a target in a missing folder passes the check, and nothing is created', async t => {
  const folder = t.testdir({ 'x.csv': 'of yesterday' })
  await t.resolves(checkTarget(join(folder, 'x.csv')))
  await t.resolves(checkTarget(join(folder, 'a/b/x.csv')))
  await t.rejects(checkTarget(join(folder, 'x.csv/y.csv')), {
    code: 'FILE_UNWRITABLE',
    message: `${join(folder, 'x.csv/y.csv')} cannot be written: part of its path is a file, not a folder; write to another file or folder`,
  })
})

t.test('a folder, a device, and a folder without write permission are refused', async t => {
  const folder = t.testdir({ closed: {} })
  await t.rejects(checkTarget(folder), { code: 'FILE_UNWRITABLE', message: `${folder} is a folder; name a file in it` })
  if (process.platform !== 'win32')
    await t.rejects(checkTarget('/dev/null'), { code: 'FILE_UNWRITABLE', message: /device or a pipe/ })
  if (process.getuid?.() === 0) return
  await chmod(join(folder, 'closed'), 0o555)
  t.teardown(() => chmod(join(folder, 'closed'), 0o755))
  await t.rejects(checkTarget(join(folder, 'closed/a/x.csv')), {
    code: 'FILE_UNWRITABLE',
    message: /permission denied/,
  })
})

t.test('a folder with the name of the manifest, or of its partial, is refused', async t => {
  const folder = t.testdir({ 'x.csv.manifest.json': {}, 'y.csv.manifest.json.partial': {} })
  for (const [name, manifest] of [
    ['x.csv', 'x.csv.manifest.json'],
    ['y.csv', 'y.csv.manifest.json.partial'],
  ] as const)
    await t.rejects(checkTarget(join(folder, name)), {
      code: 'FILE_UNWRITABLE',
      message: `${join(folder, manifest)} is a folder, and the manifest of ${join(folder, name)} has that name`,
    })
})

t.test('a file has one name, whichever link leads to it, also before it exists', async t => {
  const folder = t.testdir({
    real: { 'x.csv': '' },
    link: t.fixture('symlink', 'real'),
    'x.csv': t.fixture('symlink', 'link/x.csv'),
    'new.csv': t.fixture('symlink', 'link/new.csv'),
    'turn.csv': t.fixture('symlink', 'turn.csv'),
  })
  const { ctx } = partContext(folder)
  for (const path of ['real/x.csv', 'link/x.csv', 'x.csv']) t.equal(targetOf(ctx, path), join(folder, 'real/x.csv'))
  for (const path of ['real/new.csv', 'link/new.csv', 'new.csv'])
    t.equal(targetOf(ctx, path), join(folder, 'real/new.csv'))
  t.equal(targetOf(ctx, 'link/a/b.csv'), join(folder, 'real/a/b.csv'))
  t.equal(targetOf(ctx, 'turn.csv'), join(folder, 'turn.csv'), 'a link to itself is not resolved')
  await t.rejects(checkTarget(targetOf(ctx, 'turn.csv')), { code: 'WRITE_FAILED', message: /ELOOP/ })
})

t.test('the names of manifests and partials are refused, and those that only end like them are not', async t => {
  const folder = t.testdir({})
  for (const [name, of] of [
    ['users.manifest.json', /it is the name of a file that is written beside users$/],
    ['users.csv.partial', /beside users\.csv$/],
    ['_manifest.json', /it is the name of the manifest of a folder of part files$/],
  ] as const)
    await t.rejects(checkTarget(join(folder, name)), { code: 'FILE_UNWRITABLE', message: of }, name)
  for (const name of ['manifest.json', 'users-manifest.json', '.manifest.json'])
    await t.resolves(checkTarget(join(folder, name)), name)
})

t.test('a name whose partial or manifest would be too long is refused in one sentence', async t => {
  const folder = t.testdir({})
  const named = (bytes: number) => join(folder, `${'x'.repeat(bytes - 4)}.csv`)
  for (const bytes of [234, 254, 255, 256]) {
    await t.rejects(checkTarget(named(bytes)), {
      code: 'FILE_UNWRITABLE',
      message: `${named(bytes)} cannot be written: its name is too long, because the files written beside it have 22 more bytes in theirs`,
      fix: 'Use a shorter name.',
    })
    await t.rejects(checkTarget(join(folder, 'new', `${'x'.repeat(bytes)}.csv`)), { code: 'FILE_UNWRITABLE' })
  }
  await t.resolves(checkTarget(named(233)))
  await t.rejects(checkTarget(join(folder, 'new', 'ä'.repeat(128), 'x.csv')), {
    code: 'FILE_UNWRITABLE',
    message: /the folder name ä+ is too long$/,
  })
})
