import t from 'tap'
import { extensionKind } from '../../src/data/extensions.ts'

t.test('extension properties are recognised by their names', async t => {
  const kind = (path: string) => extensionKind(path.split('/'))
  t.equal(kind('extension_0123456789abcdef0123456789abcdef_costCenter'), 'directory')
  t.equal(kind('ext1a2b3c4d_hr'), 'schema')
  t.equal(kind('contoso_hr/costCenter'), 'schema')
  for (const other of [
    'department',
    'extension_short_x',
    'contoso_hr/a/b',
    'extension_0123456789abcdef0123456789abcdef_x/y',
    '_x',
  ])
    t.equal(kind(other), undefined, other)
})
