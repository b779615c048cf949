import { readFile } from 'node:fs/promises'
import { systemClock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { runSandbox } from '../main.ts'
import type { Launch } from './ensure-sandbox.ts'

/** The background process that `ensureSandbox` starts. Its only argument is the path of the launch file. */
const launch = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as Launch
const log = (line: string): unknown => process.stdout.write(`${new Date(systemClock.now()).toISOString()} ${line}\n`)
try {
  await runSandbox({ ...launch, foreground: false, log })
} catch (error) {
  log(error instanceof EntrapipeError ? error.message : String(error instanceof Error ? error.stack : error))
  process.exitCode = 1
}
