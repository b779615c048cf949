import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { TenantConfig } from '../../src/tenants/config.ts'
import { loadConfig } from '../../src/tenants/load-config.ts'
import { writeEntry } from '../../src/tenants/write-entry.ts'
import { clientId, fakeEnvironment, tenantId } from './fake-environment.ts'

const entry: TenantConfig = { tenantId, clientId, credential: { kind: 'secret', secret: { keyring: 'fabrikam' } } }
const lines = `    fabrikam: {
      tenantId: '${tenantId}',
      clientId: '${clientId}',
      credential: { kind: 'secret', secret: { keyring: 'fabrikam' } },
    },`

const add = async (root: string, name = 'fabrikam') => {
  const environment = fakeEnvironment(root)
  return await writeEntry(await loadConfig(environment), name, entry, environment)
}

t.test('without a configuration a new one is written, formatted for people', async t => {
  const root = t.testdir({})
  const file = join(root, 'entrapipe.config.ts')
  t.strictSame(await writeEntry(undefined, 'fabrikam', entry, fakeEnvironment(root)), { outcome: 'created', file })
  t.equal(
    readFileSync(file, 'utf8'),
    `import { defineConfig } from 'entrapipe'\n\nexport default defineConfig({\n  tenants: {\n${lines}\n  },\n})\n`,
  )
})

t.test('an entry is added at the end, and existing text is unchanged', async t => {
  const before = `// our tenants: { of course }
const id = '${clientId}'

export default {
  tenants: {
    // the first one
    contoso: { tenantId: 'contoso.com', clientId: id, credential: { kind: 'secret', secret: { env: 'S' } } } // no comma here
    /* the end }, */
  },
  defaults: { quotas: { share: 0.5 } },
}
`
  const root = t.testdir({ 'entrapipe.config.mjs': before })
  t.equal((await add(root)).outcome, 'added')
  t.equal(
    readFileSync(join(root, 'entrapipe.config.mjs'), 'utf8'),
    before
      .replace("{ env: 'S' } } } //", "{ env: 'S' } } }, //")
      .replace('/* the end }, */\n', `/* the end }, */\n${lines}\n`),
  )
  t.strictSame(Object.keys((await loadConfig(fakeEnvironment(root)))!.config.tenants), ['contoso', 'fabrikam'])
  t.strictSame(readdirSync(root), ['entrapipe.config.mjs'])
})

t.test('a JSON configuration keeps its indent', async t => {
  const root = t.testdir({ 'entrapipe.config.json': '{\n    "tenants": {}\n}\n' })
  t.equal((await add(root)).outcome, 'added')
  t.equal(
    readFileSync(join(root, 'entrapipe.config.json'), 'utf8'),
    `${JSON.stringify({ tenants: { fabrikam: entry } }, null, 4)}\n`,
  )
})

t.test('a configuration that cannot be edited safely is unchanged, and the entry is printed for pasting', async t => {
  const contoso = `{ tenantId: '${tenantId}', credential: { kind: 'azure-cli' } }`
  const cases = {
    elsewhere: `const all = { contoso: ${contoso} }\nexport default { tenants: all }\n`,
    twice: `const other = { tenants: {} }\nexport default { tenants: { contoso: ${contoso} }, ...(other && {}) }\n`,
    decoy: `export const decoy = { tenants: {} }\nconst tenants = { contoso: ${contoso} }\nexport default { tenants }\n`,
  }
  for (const [name, text] of Object.entries(cases)) {
    const root = t.testdir({ [name]: { 'entrapipe.config.mjs': text } })
    const written = await add(join(root, name))
    t.match(written, { outcome: 'refused', entry: lines.slice(0, -1) }, name)
    t.equal(readFileSync(join(root, name, 'entrapipe.config.mjs'), 'utf8'), text)
    t.strictSame(readdirSync(join(root, name)), ['entrapipe.config.mjs'])
  }
})

t.test('an existing name is refused', async t => {
  const root = t.testdir({ 'entrapipe.config.json': JSON.stringify({ tenants: { fabrikam: entry } }) })
  await t.rejects(add(root), {
    code: 'OPTION_INVALID',
    message: `${join(root, 'entrapipe.config.json')} already has a tenant "fabrikam".`,
  })
})

t.test('a configuration that was created meanwhile is not overwritten', async t => {
  const root = t.testdir({ 'entrapipe.config.ts': 'mine' })
  await t.rejects(writeEntry(undefined, 'fabrikam', entry, fakeEnvironment(root)), { code: 'FILE_UNWRITABLE' })
  t.equal(readFileSync(join(root, 'entrapipe.config.ts'), 'utf8'), 'mine')
  t.strictSame(readdirSync(root), ['entrapipe.config.ts'])
})

t.test(
  'a configuration keeps its mode, and a linked one stays in its place',
  { skip: process.platform === 'win32' && 'Windows has no modes' },
  async t => {
    const root = t.testdir({ real: { 'entrapipe.config.json': '{ "tenants": {} }' } })
    const real = join(root, 'real/entrapipe.config.json')
    const name = join(root, 'entrapipe.config.json')
    symlinkSync(real, name)
    for (const mode of [0o664, 0o600]) {
      chmodSync(real, mode)
      t.equal((await add(root, `fabrikam-${mode}`)).outcome, 'added')
      t.equal(statSync(real).mode & 0o777, mode)
    }
    t.ok(lstatSync(name).isSymbolicLink())
    t.strictSame(Object.keys((await loadConfig(fakeEnvironment(root)))!.config.tenants), [
      `fabrikam-${0o664}`,
      `fabrikam-${0o600}`,
    ])
    t.strictSame(readdirSync(join(root, 'real')), ['entrapipe.config.json'])
  },
)

/** Works in a folder on a file system without much room; false where none can be made. */
const inSmallFolder = async (t: Test, work: (folder: string) => Promise<void>): Promise<boolean> => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = join(t.testdir({}), 'small')
  mkdirSync(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]).status !== 0) return false
  try {
    await work(folder)
  } finally {
    spawnSync('umount', [folder])
  }
  return true
}
/** Leaves no room. */
const fill = (folder: string): void => {
  try {
    writeFileSync(join(folder, 'filler'), Buffer.alloc(64 * 1024))
  } catch {
    // Full is what it is to be.
  }
}

t.test('a full disk leaves no partial configuration, and an existing one is unchanged', async t => {
  const full = { code: 'DISK_FULL', message: /^No space left to write .*entrapipe\.config\.\w+ \(ENOSPC\)\.$/ }
  const before = '{ "tenants": {} }'
  const done = await inSmallFolder(t, async folder => {
    fill(folder)
    await t.rejects(writeEntry(undefined, 'fabrikam', entry, fakeEnvironment(folder)), full)
    t.strictSame(readdirSync(folder), ['filler'])
    writeFileSync(join(folder, 'filler'), '')
    writeFileSync(join(folder, 'entrapipe.config.json'), before)
    fill(folder)
    await t.rejects(add(folder), full)
    t.equal(readFileSync(join(folder, 'entrapipe.config.json'), 'utf8'), before)
    t.strictSame([...readdirSync(folder)].sort(), ['entrapipe.config.json', 'filler'])
  })
  if (!done) t.comment('only root on Linux can mount a small disk')
})
