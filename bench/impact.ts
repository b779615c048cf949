/**
 * Measures previews of licence changes against the sandbox: `node bench/impact.ts [users]`. Linux only. Half of the users have E3 directly, with
 * five sets of disabled plans, and each has Power BI Pro by a group or not at all.
 */
import { withDesk } from './desk.ts'

const users = Number(process.argv[2] ?? 1_000_000)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const number = (value: number): string => Math.round(value).toLocaleString('en-US')

const licences = {
  skus: [
    {
      sku: 'SPE_E3',
      direct: 0.998,
      both: 0.002,
      disabledPlans: [[], ['SWAY'], ['YAMMER_ENTERPRISE'], ['SWAY', 'YAMMER_ENTERPRISE'], ['FORMS_PLAN_E3', 'SWAY']],
    },
    { sku: 'SPE_E5', enabled: Math.round(users * 0.96) },
    { sku: 'POWER_BI_PRO', group: 0.5 },
  ],
  withoutUsageLocation: 0.01,
}

await withDesk({ users, timeScale: 0, writeMs: 0, licences }, async desk => {
  for (const args of process.argv[3] === undefined
    ? [
        [
          'licenses',
          'transfer',
          '--filter',
          'accountEnabled eq true or accountEnabled eq false',
          '--sku',
          'SPE_E3',
          '--to',
          'SPE_E5',
          '--dry-run',
        ],
      ]
    : [process.argv.slice(3)]) {
    const { seconds, cpuSeconds, peakMb, medianMb, stderr, stdout } = await desk.run(args)
    say(
      `${args.join(' ')}: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, peak ${number(peakMb)} MB, median ${number(medianMb)} MB`,
    )
    say(stderr.slice(-4000) + stdout.slice(-4000))
  }
})
