import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

t.test(
  'nothing is left of a private file for which there is no room',
  { skip: process.platform === 'win32' && 'Windows has no limit on file sizes' },
  async t => {
    const folder = t.testdir({})
    const program = `
      import { writePrivatePartial } from ${JSON.stringify(new URL('../../src/places/private-file.ts', import.meta.url).href)}
      try { await writePrivatePartial(${JSON.stringify(join(folder, 'x.csv'))}, Buffer.alloc(100_000)) } catch (error) { console.log(error.code, error.fix) }
    `
    const limited = ['-c', 'unset NODE_OPTIONS; ulimit -f 8; exec "$@"', 'sh', process.execPath]
    const { stdout } = spawnSync('sh', [...limited, '--input-type=module', '-e', program], { encoding: 'utf8' })
    t.equal(stdout, 'DISK_FULL Free some space or write to another disk, then run it again.\n')
    t.strictSame(readdirSync(folder), [])
  },
)
