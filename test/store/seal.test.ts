import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSeal } from '../../src/store/seal.ts'

t.test('a key of the wrong length, as a crash leaves it, is refused by every use of it', async t => {
  const folder = t.testdir()
  for (const bytes of [0, 31, 33]) {
    const path = join(folder, `key-${bytes}`)
    writeFileSync(path, Buffer.alloc(bytes))
    const refused = {
      code: 'STORE_UNUSABLE',
      message: `The key of the run is corrupted: ${path} has ${bytes} bytes, expected 32.`,
      fix: 'Start over with --fresh.',
    }
    t.throws(() => openSeal({ key: path }).hash('text', 'about'), refused, `hash with ${bytes} bytes`)
    t.throws(() => openSeal({ key: path }).close('text', 'about'), refused, `close with ${bytes} bytes`)
    t.throws(() => openSeal({ key: path }).open('text', 'about'), refused, `open with ${bytes} bytes`)
    t.equal(readFileSync(path).length, bytes, 'the key is not replaced')
  }
})

t.test('text that one process encrypts is decrypted by the next, with the key in the file', async t => {
  const path = join(t.testdir(), 'key')
  const sealed = openSeal({ key: path }).close('Sommer2026!', 'row 1')
  t.equal(openSeal({ key: path }).open(sealed, 'row 1'), 'Sommer2026!')
  t.throws(() => openSeal({ key: path }).open(sealed, 'row 2'), { code: 'STORE_UNUSABLE' })
})
