import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isLocked, takeLock } from '../../src/store/held-lock.ts'

t.test('a lock whose file is damaged is free, and can be acquired', t => {
  const path = join(t.testdir(), 'lock')
  for (const text of ['x', 'x'.repeat(5000), `SQLite format 3\0${'?'.repeat(8000)}`]) {
    writeFileSync(path, text)
    t.equal(isLocked(path), false)
    const held = takeLock(path)
    t.ok(held, `${text.length} bytes`)
    held!.release()
    t.equal(isLocked(path), false)
  }
  t.end()
})
