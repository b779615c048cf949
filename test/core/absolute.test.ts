import t from 'tap'
import { absolute } from '../../src/core/absolute.ts'

const environment = { cwd: '/some/folder', home: '/home/ann' }

t.test('a path is relative to where the command was given', async t => {
  t.equal(absolute(environment, 'out/x.csv'), '/some/folder/out/x.csv')
  t.equal(absolute(environment, '/x.csv'), '/x.csv')
})

t.test('~ is the home folder, as a shell has it', async t => {
  t.equal(absolute(environment, '~/x.csv'), '/home/ann/x.csv')
  t.equal(absolute(environment, '~'), '/home/ann')
  t.equal(absolute(environment, '~/../x.csv'), '/home/x.csv')
})

t.test('a ~ that begins or ends a name is part of it', async t => {
  for (const name of ['~x.csv', 'x.csv~', 'a/~/x.csv', './~/x.csv', '~$report.csv'])
    t.equal(absolute(environment, name), `/some/folder/${name.replace('./', '')}`)
})

t.test('the home folder of another is refused: only a shell knows where it is', async t => {
  t.throws(() => absolute(environment, '~bob/x.csv'), {
    code: 'OPTION_INVALID',
    message: '~bob/x.csv was not expanded by the shell, so ~bob is not a home folder',
    fix: 'Write the path in full, or ./~bob/x.csv for a folder that is called ~bob.',
  })
  t.equal(absolute(environment, './~bob/x.csv'), '/some/folder/~bob/x.csv')
})
