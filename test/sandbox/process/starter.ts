import { ensureSandbox } from '../../../src/sandbox/process/ensure-sandbox.ts'

/** Ensures a sandbox and prints its process id. */
const [stateDir = '', settings = '{}'] = process.argv.slice(2)
const state = await ensureSandbox({
  stateDir,
  settings: JSON.parse(settings),
  entry: new URL('./fake-background.ts', import.meta.url),
})
process.stdout.write(`${state.pid}\n`)
