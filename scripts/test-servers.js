// Installs the servers that tests start (test/servers), unless what is installed is what its lock file says. They are large, so they
// are no dependencies of the program: `npm test` does this, `npm ci` does not.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'test', 'servers')
const lock = join(folder, 'package-lock.json')
const installed = join(folder, 'node_modules', '.installed.json')

if (!existsSync(installed) || !readFileSync(installed).equals(readFileSync(lock))) {
  process.stdout.write('Installing the servers of the tests (about 250 MB) …\n')
  // npm of `npm run`, if this runs in one.
  const npm = process.env.npm_execpath
  const [program, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  const { status, error } = spawnSync(program, [...first, 'ci', '--ignore-scripts', '--no-progress'], {
    cwd: folder,
    stdio: 'inherit',
    shell: npm === undefined && process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
  copyFileSync(lock, installed)
}
