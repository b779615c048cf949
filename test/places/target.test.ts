import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { absolute, checkTarget } from '../../src/places/target.ts'
import { partContext } from '../contracts/part-context.ts'

t.test('a target in a folder that is still missing is fine, and nothing is made', async t => {
  const folder = t.testdir({ 'x.csv': 'of yesterday' })
  await t.resolves(checkTarget(join(folder, 'x.csv')))
  await t.resolves(checkTarget(join(folder, 'a/b/x.csv')))
  await t.rejects(checkTarget(join(folder, 'x.csv/y.csv')), {
    code: 'FILE_UNWRITABLE',
    message: `${join(folder, 'x.csv/y.csv')} cannot be written: part of its path is a file, not a folder; write to another place`,
  })
})

t.test('a folder, a device, and a folder that may not be written to are refused', async t => {
  const folder = t.testdir({ closed: {} })
  await t.rejects(checkTarget(folder), { code: 'FILE_UNWRITABLE', message: `${folder} is a folder; name a file in it` })
  if (process.platform !== 'win32')
    await t.rejects(checkTarget('/dev/null'), { code: 'FILE_UNWRITABLE', message: /device or a pipe/ })
  if (process.getuid?.() === 0) return
  await chmod(join(folder, 'closed'), 0o555)
  t.teardown(() => chmod(join(folder, 'closed'), 0o755))
  await t.rejects(checkTarget(join(folder, 'closed/a/x.csv')), {
    code: 'FILE_UNWRITABLE',
    message: /you may not write there/,
  })
})

t.test('a path is relative to where the command was given', async t => {
  const { ctx } = partContext('/some/folder')
  t.equal(absolute(ctx, 'out/x.csv'), '/some/folder/out/x.csv')
  t.equal(absolute(ctx, '/x.csv'), '/x.csv')
})
