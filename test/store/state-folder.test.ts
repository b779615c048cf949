import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stateFolder, statePath } from '../../src/store/state-folder.ts'
import { environmentAt } from './fixtures.ts'

const path = (platform: NodeJS.Platform, variables: Record<string, string> = {}) =>
  statePath({ variable: name => variables[name], cwd: '/project', home: '/home/ann', tmp: '/tmp', platform })

t.test('the state folder is the platform’s, or that of ENTRAPIPE_STORE', async t => {
  t.equal(path('linux'), '/home/ann/.local/state/entrapipe')
  t.equal(path('linux', { XDG_STATE_HOME: '/state' }), '/state/entrapipe')
  t.equal(path('linux', { XDG_STATE_HOME: 'state' }), '/home/ann/.local/state/entrapipe', 'a relative one is ignored')
  t.equal(path('darwin'), '/home/ann/Library/Application Support/entrapipe')
  t.equal(path('win32', { LOCALAPPDATA: '/local' }), '/local/entrapipe')
  t.equal(path('linux', { ENTRAPIPE_STORE: '/here' }), '/here')
  t.throws(() => path('linux', { ENTRAPIPE_STORE: 'here' }), {
    code: 'STORE_UNUSABLE',
    message: 'ENTRAPIPE_STORE must be an absolute path, got here.',
    fix: /\/project\/here/,
  })
})

t.test(
  'the state folder is created with its parents, for its user only',
  { skip: process.platform === 'win32' },
  async t => {
    const folder = join(t.testdir(), 'a', 'b')
    const state = stateFolder(environmentAt(folder))
    t.equal(state.path, folder)
    t.equal(state.folder('sandbox'), join(folder, 'sandbox'))
    t.equal(state.folder('sandbox'), join(folder, 'sandbox'), 'a second time too')
    t.strictSame(
      [folder, join(folder, 'sandbox')].map(at => statSync(at).mode & 0o777),
      [0o700, 0o700],
    )
  },
)

t.test(
  'a folder with other files that other users can read is refused',
  { skip: process.platform === 'win32' },
  async t => {
    const folder = t.testdir({ 'letter.txt': 'Dear Ann' })
    chmodSync(folder, 0o755)
    t.throws(() => stateFolder(environmentAt(folder)), { code: 'STORE_UNUSABLE', message: /0700/ })
    chmodSync(folder, 0o700)
    t.doesNotThrow(() => stateFolder(environmentAt(folder)))
    const empty = join(folder, 'empty')
    mkdirSync(empty, { mode: 0o755 })
    stateFolder(environmentAt(empty))
    t.equal(statSync(empty).mode & 0o777, 0o700, 'an empty one is closed')
  },
)

t.test('a file in its place is refused', async t => {
  const folder = t.testdir({ state: '' })
  t.throws(() => stateFolder(environmentAt(join(folder, 'state'))), { code: 'STORE_UNUSABLE' })
})
