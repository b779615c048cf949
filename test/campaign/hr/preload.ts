import { appendFileSync } from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { StatementSync } from 'node:sqlite'
import { preloadVariable, type Preloaded } from './preloaded.ts'

// Loaded before the program: it moves the clock of the process, and kills it at places in its work that no request shows.
const given = process.env[preloadVariable]
const { shiftMs, deaths, log } = JSON.parse(given!) as Preloaded

const now = Date.now
Date.now = () => now() + shiftMs

const waiting = deaths.map(({ at, of, nth, ...rest }) => ({ ...rest, at, of: new RegExp(of), nth, left: nth }))
const pass = (at: Preloaded['deaths'][number]['at'], text: string): void => {
  for (const death of waiting)
    if (death.at === at && death.of.test(text) && --death.left === 0) {
      appendFileSync(log, `${death.phase}\n`)
      process.kill(process.pid, 'SIGKILL')
    }
}

const { run } = StatementSync.prototype
StatementSync.prototype.run = function (this: StatementSync, ...values: Parameters<typeof run>) {
  pass('statement', this.sourceSQL)
  return run.apply(this, values)
} as typeof run

const { link, rename, rm } = files
Object.assign(files, {
  rename: async (...paths: Parameters<typeof rename>) => {
    pass('rename', String(paths[1]))
    await rename(...paths)
    pass('renamed', String(paths[1]))
  },
  link: async (...paths: Parameters<typeof link>) => {
    pass('rename', String(paths[1]))
    await link(...paths)
    pass('renamed', String(paths[1]))
  },
  rm: async (...paths: Parameters<typeof rm>) => {
    pass('remove', String(paths[0]))
    await rm(...paths)
  },
})
syncBuiltinESMExports()
