import t from 'tap'
import { absolute } from '../../src/core/absolute.ts'

const environment = { cwd: '/some/folder', home: '/home/ann' }

t.test('a path is relative to the working folder', async t => {
  t.equal(absolute(environment, 'out/x.csv'), '/some/folder/out/x.csv')
  t.equal(absolute(environment, '/x.csv'), '/x.csv')
})

t.test('~ is the home folder, as in a shell', async t => {
  t.equal(absolute(environment, '~/x.csv'), '/home/ann/x.csv')
  t.equal(absolute(environment, '~'), '/home/ann')
  t.equal(absolute(environment, '~/../x.csv'), '/home/x.csv')
})

t.test('a ~ at the start or end of a name is part of it', async t => {
  for (const name of ['~x.csv', 'x.csv~', 'a/~/x.csv', './~/x.csv', '~$report.csv'])
    t.equal(absolute(environment, name), `/some/folder/${name.replace('./', '')}`)
})

t.test('the home folder of another user is refused, because only a shell knows it', async t => {
  t.throws(() => absolute(environment, '~bob/x.csv'), {
    code: 'OPTION_INVALID',
    message: 'The shell did not expand ~bob/x.csv, so ~bob is not a home folder',
    fix: 'Write the full path, or ./~bob/x.csv for a folder named ~bob.',
  })
  t.equal(absolute(environment, './~bob/x.csv'), '/some/folder/~bob/x.csv')
})
