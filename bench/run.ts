/** Measures entrapipe and writes bench/results.md. `npm run bench`, optionally with a smaller number of users. `speed.ts` compares it with its peers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portalProperties } from './canned-users.ts'
import { measure, median, serve, type Measured } from './measure.ts'
import { measureSpeed } from './speed.ts'
import { measureSandbox, sandboxTable } from './sandbox.ts'
import { exportFrom } from './tenant.ts'
import { transforms } from './transforms.ts'

const changedHeading = '## A much changed sandbox'
const large = Number(process.argv[2] ?? 1_000_000)
const small = Math.round(large / 5)
const rounds = Number(process.argv[3] ?? 3)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-'))

const entrapipe = (origin: string): Promise<Measured> => {
  const select = ['--select', portalProperties.join(',')]
  const { args, env } = exportFrom(origin, folder, ['users', ...select, '--to', join(folder, 'ours.csv'), '--fresh'])
  return measure(args, env, folder)
}
const lines: string[] = []

const main = async (): Promise<void> => {
  say('three row transforms …')
  const step = await transforms()
  const measured = async (users: number): Promise<readonly Measured[]> => {
    const wire = await serve(users)
    try {
      const runs: Measured[] = []
      for (let round = 0; round < rounds; round++) runs.push(await entrapipe(wire.origin))
      return runs
    } finally {
      wire.stop()
    }
  }
  say('the memory of an export …')
  const [few, ours] = [await measured(small), await measured(large)]
  const now = new Date().toISOString().slice(0, 10)
  lines.push('# Benchmark', '')
  lines.push(
    `\`npm run bench\` on ${now}: ${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}, Node ${process.version}.`,
    'Shared machines are noisy: compare figures of one run only.',
  )
  const medianOf = (runs: readonly Measured[]): number => median(runs.map(run => run.medianMb))
  lines.push(
    '',
    '## Memory of the export',
    '',
    `Median resident memory: ${medianOf(few).toFixed(1)} MB at ${small.toLocaleString('en-US')} users, ${medianOf(ours).toFixed(1)} MB at ${large.toLocaleString('en-US')}: ${(medianOf(ours) - medianOf(few)).toFixed(1)} MB more.`,
    `Peak: ${Math.max(...few.map(run => run.peakMb)).toFixed(0)} MB and ${Math.max(...ours.map(run => run.peakMb)).toFixed(0)} MB.`,
    '',
    '## Three row transforms',
    '',
    `A filter and two maps take ${step.fusedUs.toFixed(3)} µs per row, a plain loop with the same work ${step.bareUs.toFixed(3)} µs: a difference of ${step.overUs.toFixed(3)} µs.`,
    '',
  )
  say('the sandbox …')
  const sandboxes = [await measureSandbox(large), await measureSandbox(large * 5)]
  lines.push('## The sandbox', '', 'Rates are users per second of one core; those of wall time are in brackets.', '')
  lines.push(...sandboxTable(sandboxes), '')
  // That section and those after it come from benchmarks of their own.
  const [, changed = ''] = readFileSync(here('results.md'), 'utf8').split(`\n${changedHeading}\n`)
  const text = [...lines, changedHeading, changed].join('\n')
  writeFileSync(here('results.md'), text)
  say(`\n${text}`)
  await measureSpeed(large, rounds)
}

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
